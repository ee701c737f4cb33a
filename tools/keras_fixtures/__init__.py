"""What tools/keras-fixtures.py writes: one module for each file, and what they share."""
