"""What the archive does, as services over ports. Imports the domain only."""
