//! The README says what is true: its output is what the command prints.
