"""What people take away: tables and papers made from the record. Pure: values and words in, text or bytes out."""
