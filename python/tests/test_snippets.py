"""Pieces of notebooks, some lines each, against pandas: changes in place, alignment, labels."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import swiftwater as sw

from differential import check
from frames import FRAMES

SNIPPETS = [
    "df['z'] = df.x * 2\nresult = df",
    "df['z'] = 1\ndf['w'] = 'text'\nresult = df",
    "df['z'] = list(range(len(df)))\nresult = df",
    "df.loc[df.n > 0, 'x'] = 0\nresult = df",
    "df.loc[df.n > 0, ['x', 'y']] = 1.5\nresult = df",
    "df.loc[0, 'x'] = 7\nresult = df",
    "df.loc[df.k == 'a', 'new'] = 1\nresult = df",
    "df.iloc[0, 2] = 5\nresult = df",
    "df.at[1, 'n'] = 50\nresult = df",
    "df['x'] = df['x'].fillna(df['x'].mean())\nresult = df",
    "df['x'] = df.groupby('g').x.transform(lambda s: s.fillna(s.mean()))\nresult = df",
    "df.columns = [c.upper() for c in df.columns]\nresult = df",
    "df.rename(columns={'x': 'X'}, inplace=True)\nresult = df",
    "df.drop(columns='x', inplace=True)\nresult = df",
    "df.sort_values('m', inplace=True)\nresult = df",
    "df.reset_index(drop=True, inplace=True)\nresult = df",
    "df.set_index('k', inplace=True)\nresult = df",
    "df.fillna({'x': 0}, inplace=True)\nresult = df",
    "df.dropna(inplace=True)\nresult = df",
    "del df['x']\nresult = df",
    "s = df.pop('x')\nresult = s",
    "a = df[df.n > 0]\nb = a.copy()\nb['x'] = 0\nresult = a",
    "a = df.sort_values('m')\na['rank'] = range(len(a))\nresult = a",
    "a = df[df.n > 0].x\nresult = df.x + a",
    "a = df[df.n > 0]\ndf['y2'] = a.y\nresult = df",
    "a = df.sort_values('m').reset_index(drop=True)\nresult = a.x - df.x",
    "total = df.groupby('g').n.sum()\ndf['total'] = df.g.map(total)\nresult = df",
    "means = df.groupby('g').x.mean().reset_index().rename(columns={'x': 'mean'})\nresult = df.merge(means, on='g', how='left')",
    "g = df.groupby('g').agg({'x': ['min', 'max'], 'n': 'sum'})\ng.columns = ['_'.join(c) for c in g.columns]\nresult = g.reset_index()",
    "g = df.groupby('g').agg({'x': ['min', 'max']})\nresult = g['x']['max']",
    "g = df.groupby('g').agg({'x': ['min', 'max']})\nresult = g[('x', 'min')]",
    "g = df.groupby(['g', 'b']).x.mean()\nresult = g.loc[1]",
    "g = df.groupby(['g', 'b']).x.mean()\nresult = g.unstack()",
    "g = df.groupby('g').n.sum()\nresult = g[g > 0]",
    "g = df.groupby('g').n.sum()\nresult = g.sort_values(ascending=False).head(2)",
    "g = df.groupby('g').n.sum()\nresult = g / g.sum()",
    "g = df.groupby('g').size()\nresult = g.to_dict()",
    "g = df.groupby('g')\nresult = [(k, len(d), d.n.sum()) for k, d in g]",
    "result = df.groupby('g').apply(lambda d: pd.Series({'a': d.x.sum(), 'n': len(d)}))",
    "result = df.assign(hour=df.t.dt.hour).groupby('hour').n.mean()",
    "result = df[df.t.between('2020-01-31 22:00', '2020-01-31 23:00')]",
    "result = df.set_index('t').loc['2020-01-31'].n",
    "result = df.set_index('t').sort_index().loc['2020-01-31 22:10':'2020-01-31 22:50']",
    "result = df.k.value_counts().head(1)",
    "result = df.k.str.upper().fillna('?').value_counts().sort_index()",
    "x = df.x.dropna()\nresult = (x - x.mean()) / x.std()",
    "result = df.x.isna().mean()",
    "result = df.corr(numeric_only=True).loc['x', 'n'] if 0 else df[['x', 'n']].corr()",
    "result = pd.DataFrame({'a': df.x, 'b': df.n * 2})",
    "result = pd.DataFrame({'n': df.groupby('g').size(), 'm': df.groupby('g').x.mean()})",
    "result = pd.concat([df.groupby('g').x.min(), df.groupby('g').x.max()], axis=1, keys=['lo', 'hi'])",
    "parts = []\nfor k, d in df.groupby('g'):\n    parts.append(d.nlargest(1, 'm'))\nresult = pd.concat(parts)",
    "result = df.sort_values(['g', 'm']).groupby('g').head(1)",
    "result = df.drop_duplicates('g').set_index('g').n.to_dict()",
    "mask = (df.x > df.x.median()) | df.k.isin(['a'])\nresult = df.loc[mask, ['k', 'x']].reset_index(drop=True)",
    "df['prev'] = df.groupby('g').x.shift()\ndf['change'] = df.x - df.prev\nresult = df",
    "df['cum'] = df.sort_values('m').groupby('g').n.cumsum()\nresult = df",
    "df['share'] = df.n / df.groupby('g').n.transform('sum')\nresult = df.share.replace([float('inf'), float('-inf')], 0) if 0 else 0",
    "df['bin'] = pd.cut(df.m, [0, 300, 600, 1000], labels=['lo', 'mid', 'hi']).astype(str)\nresult = df.groupby('bin').size()",
    "df['k'] = df['k'].astype('category')\nresult = df.groupby('k', observed=True).n.sum().tolist()",
    "result = df.query('x > @df.x.mean()')",
    "limit = 2\nresult = df.query('n > @limit and k == \"a\"')",
    "result = len(df[df.n > 0]), df.n.max(), list(df.columns)[:2]",
    "result = df.iloc[1:4].x.tolist()",
    "result = [row.n for row in df.itertuples() if row.b]",
    "s = df.n.copy()\ns[s < 0] = 0\nresult = s",
    "s = df.n.copy()\ns.name = 'other'\nresult = s",
    "s = df.set_index('m').n\nresult = s.sort_index().head(3)",
    "result = (df.n > 0).astype(int).sum()",
    "result = df.x.where(df.x > 0).count()",
    "result = df.n.groupby(df.g).max()",
    "result = df.x.groupby([df.g, df.b]).mean()",
    "result = df.describe().loc['mean', 'n'] if 0 else df[['x', 'n']].describe().loc['mean', 'n']",
    "result = df.T.shape if 0 else df[['n', 'm']].T.loc['n'].tolist()",
    "result = df.melt(id_vars='g', value_vars=['n', 'm']).groupby(['g', 'variable']).value.sum()",
    "result = df.pivot_table(index='g', columns='b', values='n', aggfunc='sum').reset_index()",
    "result = df.set_index(['g', 'm']).sort_index().loc[(1,)]",
    "result = df.nsmallest(3, 'm').k.tolist()",
    # What is computed later is of the values as they were.
    "a = df.melt(id_vars='g', value_vars=['n', 'm'])\ndf['n'] = 0\nresult = a",
    "a = pd.concat([df, df])\ndf['n'] = 0\ndf['x'] = list(range(len(df)))\nresult = a",
    "a = df.merge(df[['m', 'y']], on='m')\ndf['m'] = 0\ndf['y'] = list(range(len(df)))\nresult = a",
    "df['l'] = [[1, 2]] * len(df)\na = df[['n', 'l']].explode('l')\ndf['n'] = list(range(len(df)))\nresult = a.n",
    "a = df.groupby('g').n.sum()\ndf['n'] = 0\nresult = a",
    # In place with an operator.
    "df.loc[df.g == 1, 'n'] *= 10\nresult = df",
    "df.loc[df.n > 0, 'x'] = df.loc[df.n > 0, 'n'] * 2\nresult = df",
    "df.loc[df.n > 0, ['n', 'm']] += 1\nresult = df",
    "df['n'] += df.m\nresult = df",
    "df.n -= 1\nresult = df",
    "df.loc[len(df)] = df.iloc[0]\nresult = df.n",
    "df.columns = df.columns.str.upper()\nresult = df",
    "result = df.loc[:, df.columns.str.contains('[xy]')]",
    "result = df.loc[:, ~df.columns.str.startswith('x')]",
    "result = df.columns[df.columns.str.len() > 0].tolist()",
    "result = df.t.dt.strftime('%b %d, %H:%M').str.upper().str.replace(',', ';').unique().tolist()",
    "import numpy as np\ndf['z'] = np.log(df.m)\nresult = df",
    "import numpy as np\nresult = np.sqrt(df.m).groupby(df.g).mean()",
    "import numpy as np\nresult = np.exp(df[['y']]).sum()",
    "import numpy as np\nresult = np.abs(df.x).sum(), np.isnan(df.x).sum()",
    "import numpy as np\nresult = pd.concat([np.float64(2) * df.n, np.int64(1) - df.n, np.float64(0) < df.x], axis=1)",
    "import numpy as np\nresult = np.maximum(df.n, 0)",
    "import numpy as np\nresult = np.log1p(df.m)",
    "import numpy as np\nresult = np.arange(len(df)) * df.n",
    "import numpy as np\nresult = df[['n', 'm']].apply(np.sqrt)",
    "import numpy as np\nresult = np.sum(df[['n', 'm']]), np.mean(df[['n', 'm']]), np.mean(df.x)",
    "result = df[['n', 'm']].sum(axis=None), df[['x', 'y']].mean(axis=None), df[['n', 'm']].max(axis=None)",
    "result = df.k.str.cat(df.k, sep='-')",
    "result = df.head(1).squeeze(axis=1)",
    "result = df.groupby('g').n.rolling(2).sum().reset_index(level=0, drop=True).sort_index()",
    "g = df.groupby(['g', 'b']).n.sum()\nresult = g.reset_index(level='b', drop=True)",
    "g = df.groupby('g')[['x', 'n']].agg(['mean', 'sum'])\ng.columns = g.columns.map('_'.join)\nresult = g",
    "g = df.groupby('g')[['x', 'n']].agg(['mean', 'sum'])\ng.columns = g.columns.droplevel(0)\nresult = g",
    "df['t'] = pd.to_datetime(df.t.dt.strftime('%Y-%m-%d %H:%M'))\nresult = df.groupby(df.t.dt.day_name()).n.sum()",
    "result = {k: v.tolist() for k, v in df.groupby('g').indices.items()}",
    "result = df.n + list(range(len(df)))",
    # Names of the index and the columns, set where they are.
    "df.index.name = 'id'\nresult = df.reset_index()",
    "df.columns.name = 'what'\nresult = df",
    "df = df.set_index(['k', 'g'])\ndf.index.names = ['one', 'two']\nresult = df.n",
    "df.index = df.index + 1\nresult = df.n",
    "df.columns = 'c_' + df.columns + '_x'\nresult = df",
    # Lists of values for some rows or several columns.
    "df.loc[[2, 0], 'n'] = [7, 8]\nresult = df",
    "df.loc[0:2, 'n'] = [7, 8, 9]\nresult = df",
    "df.iloc[[3, 1], 4] = [50, 60]\nresult = df",
    "df.loc[df.b, 'n'] = list(range(df.b.sum()))\nresult = df",
    "df.loc[df.b, 'new'] = [str(i) for i in range(df.b.sum())]\nresult = df",
    "df.loc[[0, 1], ['n', 'x']] = [[1, 2.5], [3, 4.5]]\nresult = df",
    "df.loc[df.b, ['x', 'y']] = df[['y', 'x']]\nresult = df",
    "df[['p', 'q']] = df[['n', 'm']].values\nresult = df",
    "df = df.head(2)\ndf[['p', 'q']] = [[1, 2], [3, 4]]\nresult = df",
    "df[['p', 'q']] = [1, 2]\nresult = df",
    "df[['p', 'q']] = [1, 2, 3]\nresult = df",
    "df[['p']] = list(range(len(df)))\nresult = df",
    # As text.
    "result = df.head(3)[['k', 'n', 'x', 'b']].to_string(index=False)",
    "result = df.n.head(3).to_string()",
    "result = repr(df.groupby('g').n.sum().rename_axis('a long name'))",
    "result = repr(df.groupby(['g', 'b']).n.sum())",
]


@pytest.mark.parametrize("name", ["few", "many", "complete"])
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_lines_give_what_they_give_with_pandas(snippet: str, name: str) -> None:
    def run(pd: Any, df: Any) -> Any:
        scope: dict[str, Any] = {"pd": pd, "df": df}
        exec(snippet, scope)
        return scope["result"]

    check(run, FRAMES[name])


def test_an_index_is_pickled_and_copied_without_its_frame() -> None:
    df = sw.DataFrame({"a": [1, 2]}, index=["x", "y"])
    for index in (df.index, df.columns):
        for made in (pickle.loads(pickle.dumps(index)), copy.deepcopy(index)):
            made.name = "other"
            assert made.tolist() == index.tolist() and index.name is None
    assert df.index.name is None and df.columns.name is None
