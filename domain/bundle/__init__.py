"""The bundle: its members, parts, manifest and views, whatever container holds them."""
