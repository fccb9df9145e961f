"""Moving pictures: frames drawn pixel by pixel, then put into a file that plays them."""
