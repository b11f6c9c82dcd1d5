"""Credit notes as they come to be: what can be credited is loaded, ``settlement`` computes, ``record`` writes."""
