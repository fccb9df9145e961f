"""What a terminal shows of a result: tables, and pictures in the cells of its letters."""
