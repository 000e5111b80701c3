"""Libraries that import pandas themselves take the frames."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pyarrow as pa
import seaborn as sns
import sklearn.linear_model
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

print(type(pd.DataFrame()) == pd.DataFrame, issubclass(pd.DataFrame, sns.axisgrid.pd.DataFrame))
rng = np.random.default_rng(2)
df = pd.DataFrame({"x": rng.normal(size=1300), "g": rng.choice(["u", "v"], 1300), "t": pd.date_range("2024-01-01", periods=1300)})
df["y"] = df.x * 3 + rng.normal(size=1300) * 0.1
hot = df[df.x > 0]

axes = hot.plot.scatter(x="x", y="y")
print(type(axes).__name__, len(axes.collections))
print(len(df.groupby("g").y.mean().plot(kind="bar").patches))
plt.figure()
plt.plot(hot.t, hot.y)
plt.hist(hot.x, bins=5)
axes = sns.scatterplot(data=hot, x="x", y="y", hue="g")
print(axes.get_xlabel(), axes.get_legend() is not None)
plt.figure()
print(sns.histplot(hot["x"], bins=4).get_ylabel())
plt.figure()
print(len(sns.boxplot(data=df, x="g", y="y").get_xticklabels()))

model = sklearn.linear_model.LinearRegression().fit(hot[["x"]], hot["y"])
print(round(float(model.coef_[0]), 2), model.feature_names_in_.tolist())
train, test = train_test_split(df, test_size=0.25, random_state=0)
print(type(train).__name__, train.shape, test.y.mean().round(6), isinstance(train, pd.DataFrame))
scaled = StandardScaler().set_output(transform="pandas").fit_transform(df[["x", "y"]])
print(isinstance(scaled, pd.DataFrame), scaled.shape, abs(scaled.x.mean()) < 1e-9)

table = pa.Table.from_pandas(hot)
print(table.schema.names, table.num_rows, pa.table(hot[["x", "y"]]).num_columns)
print(isinstance(table.to_pandas(), pd.DataFrame), np.corrcoef(hot.x, hot.y).shape)
print(np.allclose(hot.x, hot["x"].to_numpy()), np.concatenate([hot.x, hot.y]).shape)
plain = test.reset_index(drop=True)
print(pd.concat([plain, hot.reset_index(drop=True)]).shape, hot.merge(scaled.reset_index(), left_index=True, right_on="index").shape)
