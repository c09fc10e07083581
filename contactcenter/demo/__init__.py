"""A made-up company to look around in. The same every time, but for the clock it is loaded by."""
