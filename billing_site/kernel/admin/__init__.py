"""The console's building blocks, shared by the admin modules of all apps."""
