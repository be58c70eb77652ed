"""Writes scalings.json: what scikit-learn makes of a few columns. Run: python3 scalings.py (numpy, scipy, scikit-learn).

Values are float32, as Gradus holds them; every scaling is fitted to "train" and applied to "values".
"""

import json
import pathlib

import numpy as np
from sklearn.preprocessing import PowerTransformer, QuantileTransformer, RobustScaler, StandardScaler

random = np.random.default_rng(1)
n = 900
columns = {
    "normal": random.normal(3, 2, n),
    "skewed": random.lognormal(1, 1.2, n),
    "negative": -random.gamma(2, 30, n),
    "mixed": random.standard_t(3, n) * 10 + 5,
    "small": random.normal(0, 1, 47),
    "tied": np.round(random.exponential(2, n)),
    "mostly zero": np.where(random.random(n) < 0.8, 0, random.exponential(3, n)),
}
result = []
for name, values in columns.items():
    train = values.astype(np.float32)
    inside = np.quantile(train, np.linspace(0.02, 0.98, 25)) + (0 if name in ("tied", "mostly zero") else 1e-3)
    given = np.concatenate([inside, [train.min() - 1, train.max() + 1]]).astype(np.float32)
    x, y = train.astype(np.float64)[:, None], given.astype(np.float64)[:, None]
    quantiles = int(np.clip(len(x) // 30, 10, 1000))

    def normal_quantiles(fitted_to):
        return QuantileTransformer(
            n_quantiles=quantiles, output_distribution="normal", subsample=10**9).fit(fitted_to).transform(y)[:, 0]

    power = PowerTransformer(method="yeo-johnson").fit(x)
    logged = StandardScaler().fit(np.sign(x) * np.log1p(np.abs(x)))
    scaler = RobustScaler().fit(x)
    # RobustScaler divides by 1 where the quartiles coincide; Holzmüller et al. (2024) divide by half the range.
    low, high = np.quantile(x, [0.25, 0.75])
    spread = high - low if high > low else (x.max() - x.min()) / 2
    robust = (y - scaler.center_) / spread
    result.append({
        "name": name,
        "train": [float(v) for v in train],
        "values": [float(v) for v in given],
        "robust": (robust / np.sqrt(1 + (robust / 3) ** 2))[:, 0].tolist(),
        "quantile": normal_quantiles(x).tolist(),
        # Ties broken by noise before fitting, as in Gorishniy et al.
        "quantileWithNoise": normal_quantiles(x + random.normal(0, 1e-5, x.shape)).tolist(),
        "lambda": float(power.lambdas_[0]),
        "power": power.transform(y)[:, 0].tolist(),
        "log": logged.transform(np.sign(y) * np.log1p(np.abs(y)))[:, 0].tolist(),
    })
text = "[\n" + ",\n".join(json.dumps(column) for column in result) + "\n]\n"
pathlib.Path(__file__).with_name("scalings.json").write_text(text)
