"""What runs inside the user's interpreter. A package with a name of its own: modules of the user must not be shadowed."""
