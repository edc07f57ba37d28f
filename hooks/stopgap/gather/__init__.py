"""What the checks look at, put together from git, detection and the configuration, once for every command."""
