"""How it is reached: the command line, and the one place that joins the rooms."""
