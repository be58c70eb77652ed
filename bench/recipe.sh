#!/usr/bin/env bash
# Plants faults into sound set-ups and writes what the recipe finds of them to docs/recipe.md; takes some minutes.
# Needs the data sets california-housing, digits, breast-cancer, wine, diabetes, iris, penguins and titanic (GRADUS_DATA, or ../shared/data).
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet run -c Release --project bench/Gradus.Benchmarks -- recipe docs/recipe.md
