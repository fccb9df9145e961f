"""Sample digits for a machine without MNIST: 200 to train and 100 to test, drawn by our own code.

The four files lie in ``convcli/storage/mnist/sample_digits``, under MNIST's names.
``python -m tools.sample_digits FOLDER`` draws them anew.
"""
