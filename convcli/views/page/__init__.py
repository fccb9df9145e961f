"""One network on one image as a page that a browser opens from the disk, without a network."""
