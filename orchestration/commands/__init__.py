"""The commands of `marketmap`, one module each; heavy imports stay inside the functions."""
