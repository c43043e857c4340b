"""Users' own documents: read in a subprocess, chunked, kept in the data folder, quoted as the user's copy."""
