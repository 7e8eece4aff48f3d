"""What the commands do, a module each, loaded when its command runs. Not here: options, errors."""
