"""The kernels in other engines, and beside another library. Each is skipped where it is missing."""

from itertools import combinations

import pytest

import reprint
from generated import articles

pa = pytest.importorskip("pyarrow")

ROWS = list(articles(300))
TEXTS = [str(row["text"]) for row in ROWS]
COPIES = len(TEXTS) - len({row["fingerprint"] for row in reprint.sketch(TEXTS).to_pylist()})


def test_polars() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(ROWS)
    sketches = pl.from_arrow(reprint.sketch(frame["text"]))
    unique = frame.hstack(sketches).unique("fingerprint", maintain_order=True)
    assert len(frame) - len(unique) == COPIES > 0


def test_daft() -> None:
    daft = pytest.importorskip("daft")
    sketcher = reprint.Sketcher()

    @daft.func.batch(return_dtype=daft.DataType.binary())
    def fingerprint(texts: daft.Series) -> pa.Array:
        return sketcher.sketch(texts.to_arrow()).column("fingerprint")

    frame = daft.from_pydict({"text": TEXTS})
    frame = frame.with_column("fingerprint", fingerprint(frame["text"]))
    assert len(TEXTS) - frame.select("fingerprint").distinct().count_rows() == COPIES


def test_ray_data() -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")
    sketcher = reprint.Sketcher()

    def sketched(batch: pa.Table) -> pa.Table:
        return batch.append_column("fingerprint", sketcher.sketch(batch["text"])["fingerprint"])

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        rows = data.from_arrow(pa.table({"text": TEXTS})).map_batches(
            sketched, batch_format="pyarrow"
        )
        assert len(TEXTS) - len(set(rows.to_pandas()["fingerprint"])) == COPIES
    finally:
        ray.shutdown()


def test_datasketch_names_the_same_pairs() -> None:
    datasketch = pytest.importorskip("datasketch")
    threshold, width = 0.8, 5

    def shingles(text: str) -> set[str]:
        words = text.lower().replace(".", "").split()
        return {" ".join(words[at : at + width]) for at in range(max(len(words) - width + 1, 1))}

    lsh = datasketch.MinHashLSH(threshold=threshold, num_perm=128, weights=(0.1, 0.9))
    sets = {str(row["key"]): shingles(str(row["text"])) for row in ROWS}
    theirs = set()
    for key, of_text in sets.items():
        minhash = datasketch.MinHash(num_perm=128)
        minhash.update_batch([shingle.encode() for shingle in of_text])
        for other in lsh.query(minhash):
            # What it returns are candidates.
            both = len(of_text & sets[other])
            if both / (len(of_text) + len(sets[other]) - both) >= threshold:
                theirs.add((other, key))
        lsh.insert(key, minhash)

    detector = reprint.Detector(mode="jaccard", threshold=threshold)
    ours = set()
    for row in ROWS:
        key, text = str(row["key"]), str(row["text"])
        ours |= {(other, key) for other in detector.query(text)}
        detector.insert(key, text)
    exact = {
        (a, b)
        for a, b in combinations(sets, 2)
        if len(sets[a] & sets[b]) / len(sets[a] | sets[b]) >= threshold
    }
    assert ours == exact
    assert theirs <= exact
