import json

from evals import bench_walk


def test_both_figures_are_measured_and_printed(monkeypatch, capsys):
    monkeypatch.setattr(bench_walk, "ROUNDS", 1)
    monkeypatch.setattr(bench_walk, "CASES", 2)
    assert bench_walk.main(["--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert list(figures) == ["suggest 300 words ms", "assess ms"]
    assert all(ms > 0 for ms in figures.values())
