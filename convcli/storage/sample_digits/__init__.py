"""Sample digits for a machine without MNIST: 200 to train and 100 to test, drawn by our own code.

The four files lie beside this module, under MNIST's names and in its format.
``python -m convcli.storage.sample_digits FOLDER`` draws them anew.
"""
