"""For spark-submit: finds the groups of recycled articles, of the sample articles unless told else."""

import sys
from pathlib import Path

from reprint.spark.__main__ import main

SAMPLES = Path(__file__).resolve().parent.parent / "examples" / "articles"

if __name__ == "__main__":
    sys.exit(main(samples=str(SAMPLES)))
