"""Users' own documents: read in a subprocess, chunked, kept in the user's data folder, quoted as the user's copy only."""
