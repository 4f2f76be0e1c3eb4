"""What only the files of rules speak: pieces of single protocols, named in the trade's words."""
