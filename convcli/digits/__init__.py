"""From a picture to what the input of a network asks for; arrays in, arrays out."""
