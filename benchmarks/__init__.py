"""Speed, memory and accuracy at stated sizes: `python -m benchmarks NAME [--quick] [--json FILE]`."""
