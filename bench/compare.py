#!/usr/bin/env python3
"""Runs every case in alternation with its peers and writes the table of medians and ratios. Called by compare.sh."""
import argparse
import datetime
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("--work", required=True)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seconds", type=float, default=2)
parser.add_argument("--output", required=True)
arguments = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
gradus = os.path.join(arguments.work, "gradus", "gradus")
missing, names = set(), {}
memory = {}   # megabytes, the most of any process of a side since it was emptied
handovers = []
shares = []   # of what as many cores would do, seen so far
tries = {"all": 0, "discarded": 0, "kept without": 0}
MOST_TRIES = 10

TRAIN = [
    ("8,10,1", 32, "sgd"), ("8,10,5,1", 32, "adam"), ("64,30,10", 64, "adam"), ("784,512,512,10", 64, "sgd"),
    ("784,512,512,10", 64, "adam"), ("784,2048,2048,10", 512, "adam"),
]
FORWARD = [("8,10,5,1", 1), ("784,512,512,10", 1), ("784,512,512,10", 64), ("784,512,512,10", 1024), ("784,2048,2048,10", 512)]
EPOCH = ("784,512,512,10", 54_000, 6_000, 64)   # MNIST's size
PRODUCTS = [(1024, 1024, 1024), (2048, 2048, 2048)]
THREADS = sorted({1, os.cpu_count() or 1})


def run(name, command, cwd=None):
    """The JSON that a command prints, with the seconds and megabytes of its process; None if the peer is not there."""
    if name in missing:
        return None
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=cwd)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().strip()
    if process.returncode != 0:
        if name == "Gradus":
            sys.exit(f"{' '.join(command)}\n{said}")
        missing.add(name)
        print(f"{name} is left out: {said.splitlines()[-1] if said else 'it does not run'}", file=sys.stderr)
        return None
    answer = json.loads(output.strip().splitlines()[-1])
    names[name] = answer.get("peer", names.get(name, name))
    answer["process"] = {"seconds": seconds, "megabytes": usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)}
    memory[name] = max(memory.get(name, 0), answer["process"]["megabytes"])
    return answer


def gradus_step(layers, batch, optimizer, threads):
    answer = run("Gradus", [gradus, "bench", "train", "--layers", layers, "--batch", str(batch), "--optimizer", optimizer,
                            "--threads", str(threads), "--seconds", str(arguments.seconds), "--json"])
    return answer["microsecondsPerStep"]


def gradus_forward(layers, batch, threads):
    answer = run("Gradus", [gradus, "bench", "forward", "--layers", layers, "--batch", str(batch),
                            "--threads", str(threads), "--seconds", str(arguments.seconds), "--json"])
    return answer["microsecondsPerPass"]


def gradus_epoch(layers, rows, held, batch, threads):
    answer = run("Gradus", [gradus, "bench", "epoch", "--layers", layers, "--rows", str(rows), "--validation-rows", str(held),
                            "--batch", str(batch), "--threads", str(threads), "--seconds", str(arguments.seconds), "--json"])
    return answer["secondsPerEpoch"] * 1e6


def gradus_mnist(threads):
    """An epoch of MNIST itself, from the command line: the training's time by its epochs, its compiling included."""
    answer = run("Gradus", [gradus, "train", "mnist", "--hidden", "512,512", "--batch", str(EPOCH[3]), "--optimizer", "adam", "--lr", "0.001",
                            "--schedule", "constant", "--epochs", "5", "--threads", str(threads), "--no-checks", "--json"], arguments.work)
    return answer["seconds"] / answer["epochs"] * 1e6


def mnist_folder():
    """Where the pictures are, as `gradus` finds them; None if they are not here."""
    for root in (os.environ.get("GRADUS_DATA"), os.path.join(here, "..", "..", "shared", "data")):
        folder = root and os.path.join(root, "mnist")
        if folder and os.path.exists(os.path.join(folder, "train-images-idx3-ubyte.gz")):
            os.environ["GRADUS_DATA"] = root
            return folder
    return None


def peer(name, command, cwd=None):
    answer = run(name, command, cwd)
    return None if answer is None else answer["microseconds"]


def has_cores(threads):
    """Whether the threads have the cores that they can have here: two virtual cores may be threads of one for seconds, and then do half the
    work. Measured against the best look so far, for on some machines threads share cores always."""
    cores = run("Gradus", [gradus, "bench", "cores", "--threads", str(threads), "--seconds", "0.05", "--json"])
    handovers.append(cores["handoverNanoseconds"])
    shares.append(cores["shareOfPeak"])
    return shares[-1] >= 0.75 * min(1, max(shares))


def on_cores(measure, threads):
    """The measurement of any side, done again if the threads had not their cores before or after it."""
    def measured():
        if threads == 1:
            return measure()
        for _ in range(MOST_TRIES):
            before = has_cores(threads)
            value = measure()
            if value is None:
                return None
            tries["all"] += 1
            if before and has_cores(threads):
                return value
            tries["discarded"] += 1
        tries["discarded"] -= 1
        tries["kept without"] += 1
        return value
    return measured


def alternate(sources):
    """{label: function} → {label: median}, each function called once a round."""
    figures = {label: [] for label in sources}
    for _ in range(arguments.rounds):
        for label, measure in sources.items():
            value = measure()
            if value is not None:
                figures[label].append(value)
    return {label: statistics.median(values) for label, values in figures.items() if values}


def best(figures, prefix):
    """The best thread count of one side: (microseconds, label)."""
    own = [(value, label) for label, value in figures.items() if label.startswith(prefix)]
    return min(own) if own else None


def epoch(python, own_epoch, folder):
    """The lines of a table of epochs, of random numbers or of the pictures of a folder."""
    layers, rows, held, batch = EPOCH
    size = [layers, str(rows), str(held), str(batch)]
    sources = {}
    for threads in THREADS:
        sources[f"Gradus, {threads}"] = on_cores(lambda t=threads: own_epoch(t), threads)
        sources[f"PyTorch, {threads}"] = on_cores(lambda t=threads: peer(
            "PyTorch", [python, f"{here}/peers/torch_epoch.py", *size, str(t), str(arguments.seconds), *folder]), THREADS[-1])
    sources["scikit-learn, all"] = on_cores(
        lambda: peer("scikit-learn", [python, f"{here}/peers/sklearn_epoch.py", *size, str(arguments.seconds), *folder]), THREADS[-1])
    figures = alternate(sources)
    print("epoch", *size, *folder, {k: round(v / 1e6, 3) for k, v in figures.items()}, flush=True)
    own = best(figures, "Gradus")
    others = [found for side in ("PyTorch", "scikit-learn") if (found := best(figures, side))]
    lines = ["| | seconds |", "| --- | --- |"]
    lines += [f"| {label.split(',')[0]} ({label.split(', ')[1]}) | {value / 1e6:.2f} |" for value, label in [own, *others]]
    if others:
        lines += ["", f"Faster than the better of the others: **{min(others)[0] / own[0]:.1f} ×**."]
    return lines


def numbers(path, rows, columns):
    """A CSV file of random numbers, the last column the target."""
    source = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join([*(f"x{i}" for i in range(1, columns)), "y"]) + "\n")
        file.writelines(",".join(f"{source.gauss(0, 1):.6g}" for _ in range(columns)) + "\n" for _ in range(rows))


def from_the_shell(python, trained):
    """The lines about whole processes: seconds to answer a thousand rows, to read a million; memory, also that of training."""
    def at(name):
        return os.path.join(arguments.work, name)
    numbers(at("thousand.csv"), 1_000, 9)
    run("Gradus", [gradus, "train", at("thousand.csv"), "--target", "y", "--epochs", "2", "--no-checks", "--out", at("model.safetensors"), "--json"])
    commands = {"Gradus": [gradus, "predict", at("model.safetensors"), at("thousand.csv"), "--out", at("answers.csv"), "--json"]}
    for name, side in (("scikit-learn", "sklearn"), ("PyTorch", "torch")):
        script = [python, f"{here}/peers/predict.py", side]
        if run(name, [*script, "fit", at(side), at("thousand.csv")]):
            commands[name] = [*script, "run", at(side), at("thousand.csv"), at("answers.csv")]
    seen = {name: [] for name in commands}
    for _ in range(5 * arguments.rounds):
        for name, command in commands.items():
            seen[name].append(run(name, command)["process"])

    numbers(at("million.csv"), 1_000_000, 10)
    read = [run("Gradus", [gradus, "describe", at("million.csv"), "--json"])["process"] for _ in range(arguments.rounds)]
    os.remove(at("million.csv"))

    def cell(processes):
        return f"{statistics.median(p['seconds'] for p in processes):.2f} s, {max(p['megabytes'] for p in processes):.0f} MB"
    sides = ("Gradus", "scikit-learn", "PyTorch")
    lines = ["| | Gradus | scikit-learn | PyTorch |", "| --- | --- | --- | --- |",
             "| 1,000 rows of 8 numbers answered by 8-64-64-1 | " + " | ".join(cell(seen[side]) if side in seen else "–" for side in sides) + " |",
             f"| 1,000,000 rows of 10 numbers read and described | {cell(read)} | – | – |"]
    if trained:
        lines.append("| training on MNIST, as above | " + " | ".join(f"{trained[side]:.0f} MB" if side in trained else "–" for side in sides) + " |")
    print(*lines[2:], sep="\n", flush=True)
    return lines


def show(microseconds):
    return f"{microseconds:,.2f}" if microseconds < 100 else f"{microseconds:,.0f}"


def main():
    python = sys.executable
    lines = []
    lines += ["## A training step (forward, backward, update)", "", "Microseconds; the best number of threads of each.", "",
              "| network | batch | optimiser | Gradus | PyTorch | scikit-learn | faster than PyTorch |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for layers, batch, optimizer in TRAIN:
        sources = {}
        for threads in THREADS:
            sources[f"Gradus, {threads}"] = on_cores(lambda t=threads: gradus_step(layers, batch, optimizer, t), threads)
            sources[f"PyTorch, {threads}"] = on_cores(lambda t=threads: peer(
                "PyTorch", [python, f"{here}/peers/torch_step.py", layers, str(batch), optimizer, str(t), str(arguments.seconds)]), THREADS[-1])   # its BLAS has threads of its own
        if optimizer == "adam":
            sources["scikit-learn, all"] = on_cores(lambda: peer(
                "scikit-learn", [python, f"{here}/peers/sklearn_step.py", layers, str(batch), str(arguments.seconds)]), THREADS[-1])
        figures = alternate(sources)
        print(layers, batch, optimizer, {k: round(v, 2) for k, v in figures.items()}, flush=True)
        cells = []
        for side in ("Gradus", "PyTorch", "scikit-learn"):
            found = best(figures, side)
            cells.append(f"{show(found[0])} ({found[1].split(', ')[1]})" if found else "–")
        own, torch = best(figures, "Gradus"), best(figures, "PyTorch")
        ratio = f"**{torch[0] / own[0]:.1f} ×**" if torch else "–"
        lines.append(f"| {layers.replace(',', '-')} | {batch} | {optimizer} | {cells[0]} | {cells[1]} | {cells[2]} | {ratio} |")

    layers, rows, held, batch = EPOCH
    lines += ["", "## An epoch of MNIST's size", "",
              f"{layers.replace(',', '-')}, {rows:,} training rows in batches of {batch}, Adam: shuffling, batches, steps, then "
              f"{held:,} validation rows. Seconds.", ""]
    lines += epoch(python, lambda threads: gradus_epoch(*EPOCH, threads), [])
    lines += ["", "## An epoch of MNIST itself", ""]
    folder = mnist_folder()
    if folder is None:
        lines += ["Not measured: the pictures are not on this machine."]
    else:
        lines += ["The same on the pictures, whose zeros Gradus passes over; its time is a fifth of five epochs of `gradus train`. Seconds.", ""]
        memory.clear()
        lines += epoch(python, gradus_mnist, [folder])

    trained = dict(memory) if folder else {}

    lines += ["", "## A forward pass", "", "Microseconds.", "",
              "| network | batch | threads | Gradus | ONNX Runtime | faster |", "| --- | --- | --- | --- | --- | --- |"]
    for layers, batch in FORWARD:
        model = os.path.join(arguments.work, layers.replace(",", "-") + ".onnx")
        if not os.path.exists(model):
            subprocess.run([python, f"{here}/peers/onnx_model.py", layers, model], capture_output=True, check=False)
        for threads in THREADS:
            figures = alternate({
                "Gradus": on_cores(lambda: gradus_forward(layers, batch, threads), threads),
                "ONNX Runtime": on_cores(lambda: peer("ONNX Runtime", [
                    "node", f"{here}/peers/onnx_forward.js", model, layers.split(",")[0], str(batch), str(threads), str(arguments.seconds)],
                    cwd=arguments.work), threads),
            })
            print(layers, batch, threads, {k: round(v, 2) for k, v in figures.items()}, flush=True)
            own, other = figures["Gradus"], figures.get("ONNX Runtime")
            lines.append(f"| {layers.replace(',', '-')} | {batch} | {threads} | {show(own)} | {show(other) if other else '–'} "
                         f"| {f'**{other / own:.2f} ×**' if other else '–'} |")

    lines += ["", "## Matrix products", "", "| m × n × k | threads | GFLOP/s | share of the measured peak |", "| --- | --- | --- | --- |"]
    for m, n, k in PRODUCTS:
        for threads in THREADS:
            product = on_cores(lambda: run("Gradus", [gradus, "bench", "product", "--shape", f"{m},{n},{k}", "--threads", str(threads),
                                                      "--seconds", str(arguments.seconds), "--json"]), threads)
            rounds = [product() for _ in range(arguments.rounds)]
            speed = statistics.median(r["gigaflops"] for r in rounds)
            share = statistics.median(r["shareOfPeak"] for r in rounds)
            print(m, n, k, threads, speed, share, flush=True)
            lines.append(f"| {m} × {n} × {k} | {threads} | {speed:.0f} | {100 * share:.0f} % |")

    lines += ["", "## From the shell", "", "Whole processes, started anew each time, and the most memory that they had: `gradus predict`, `describe` and `train`, published by "
              "`publish.sh`, and a script of each peer that reads, standardises, answers and writes.", ""]
    lines += from_the_shell(python, trained)

    processor = {}
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            for line in info:
                name, _, value = line.partition(":")
                processor.setdefault(name.strip(), value.strip())
    # Clouds give many processors one name; family and model tell them apart.
    model = f"{processor.get('model name') or platform.processor()} (family {processor.get('cpu family', '?')}, model {processor.get('model', '?')}" \
        + f"{', AVX-512' if 'avx512f' in processor.get('flags', '').split() else ''}; {speed / share / threads:.0f} GFLOP/s a core at the peak of its multiply-adds" \
        + (f"; a core sees what another has written after {min(handovers):.0f} to {max(handovers):.0f} ns" if handovers else "") + ")"
    version = run("Gradus", [gradus, "bench", "product", "--shape", "64,64,64", "--threads", "1", "--seconds", "0.1", "--json"])
    head = [
        "# Gradus beside its peers", "",
        f"Measured on {datetime.date.today()} by `bench/compare.sh {arguments.rounds} {arguments.seconds:g}`: every figure is the median of "
        f"{arguments.rounds} rounds in which all sides took turns, {arguments.seconds:g} seconds each. Machine: {model}, "
        f"{os.cpu_count()} cores, {platform.system()}; {version.get('runtime', '.NET')}. Peers: "
        f"{', '.join(sorted(name for key, name in names.items() if key != 'Gradus')) or 'none installed'}."
        + (f" Left out, not installed: {', '.join(sorted(missing))}." if missing else ""), "",
        "In brackets: threads." + (f" Of {tries['all']} measurements with several threads, of all sides, {tries['discarded']} were done again because the host "
                                   "had not given the threads their cores before or after it"
                                   + (f"; {tries['kept without']} were kept although it never did" if tries["kept without"] else "") + "." if tries["all"] else ""), "",
    ]
    with open(arguments.output, "w", encoding="utf-8") as page:
        page.write("\n".join(head + lines) + "\n")
    print(f"Written to {arguments.output}.")


main()
