"""Publishers → local copies: fetched politely, kept by hash with their dates, and compared clause by clause."""
