"""Secret Review's core: everything that is true on any surface. Nothing here knows a platform."""
