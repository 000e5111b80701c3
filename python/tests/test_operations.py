"""One operation after the other, on frames of all kinds, against pandas."""

from __future__ import annotations

from typing import Any

import pytest

from differential import check
from frames import FRAMES

NUM = ["g", "x", "y", "n", "m"]

OPERATIONS = """
df
df.x + df.y * 2
df.n - df.m
df.x / df.y
df.n / df.g
df.n // 3
df.n % 4
df.x // 2
df.x % 2.5
df.n // df.g
df.n % df.g
df.m // df.n
df.m % df.n
df.x ** 2
2 ** df.g
1 - df.x
10 / df.n
-df.x
abs(df.n)
df.x > df.y
df.x != df.y
df.k == 'a'
df.k != 'a'
~(df.x > 0)
(df.x > 0) & (df.n < 3) | df.b
df.b ^ (df.n > 0)
df.k + '_' + df.k
df.b + df.n
df.b + df.b
df.b * df.b
df.t - df.t.min()
df.t + pd.Timedelta('1h')
df.t > '2020-01-31 23:00'
df[NUM] * 2
df[NUM] + df[NUM]
df[NUM] > 0
df[['x', 'y']] - df[['x', 'y']].mean()
df[['x', 'y']].sub(df.n, axis=0)
df.x.add(df.y, fill_value=1)
df[df.x > 0]
df[~df.b]
df[df.x.isna()]
df[df.k.notna() & (df.n > 0)]
df[df.n > 0].x
df[df.n > 0][['k', 'x']]
df[df.n > 0].reset_index()
df[df.n > 0].reset_index(drop=True)
df[df.k.isin(['a', 'cc'])]
df[df.n.isin([1, 2, -3])]
df.x.isin([0.0, None])
df[df.x.between(-1, 3)]
df.x.between(-1, 3, inclusive='left')
df.head(3)
df.head(-2)
df.tail(3)
df.tail(-2)
df[1:4]
df[::-1]
df[::2]
df.iloc[2:5]
df.iloc[-3:]
df.iloc[:, 1:3]
df.iloc[1:, [0, 2]]
df.iloc[[0]]
df.loc[:, 'x':'n']
df.loc[df.n > 0, 'x']
df.loc[df.n > 0, ['k', 'x']]
df.loc[1:3]
df.loc[0]['n']
df.iloc[0]['k']
df.iloc[-1, 2]
df.at[0, 'n']
df.k
df[['x']]
df.columns
list(df.columns)
df.shape
len(df)
df.size
df.ndim
df.empty
df.index
df.isna()
df.notna()
df.isna().sum()
df.x.fillna(0)
df.x.fillna(df.y)
df.k.fillna('?')
df.fillna({'x': 1.5, 'k': '-'})
df[['x', 'y']].fillna(0)
df.dropna()
df.dropna(subset=['x'])
df.dropna(subset=['x', 'k'], how='all')
df.dropna(thresh=7)
df.x.dropna()
df.drop(columns=['x', 'k'])
df.drop('x', axis=1)
df.drop(index=[0])
df.rename(columns={'x': 'z', 'nope': 'q'})
df.rename(columns=str.upper)
df.rename(index={0: 10})
df.assign(z=df.x * 2, w=lambda d: d.z + 1)
df.astype({'n': 'float64', 'g': 'int8'})
df.n.astype('float32')
df.n.astype(str)
df.b.astype(int)
df.y.astype(str)
df.m.astype('int32')
df.x.astype(int)
df.n.astype(bool)
df.copy()
df.x.abs()
df.x.round(1)
df.round(1)
df.y.round()
df.x.clip(-1, 2)
df.n.clip(lower=0)
df.x.clip(upper=df.y)
df[['x', 'n']].clip(0, 3)
df.x.where(df.n > 0)
df.x.where(df.n > 0, -1)
df.x.mask(df.n > 0, df.y)
df.n.where(df.n > 0, 0)
df[NUM].where(df.n > 0)
df[NUM].mask(df[NUM] > 1, 0)
df.x.sum()
df.n.sum()
df.x.mean()
df.n.mean()
df.x.min()
df.x.max()
df.n.min()
df.k.min()
df.k.max()
df.t.min()
df.t.max()
df.x.std()
df.x.var()
df.x.std(ddof=0)
df.n.std()
df.x.median()
df.n.median()
df.x.quantile(0.3)
df.n.quantile([0.1, 0.5])
df.x.count()
df.k.count()
df.k.nunique()
df.x.nunique(dropna=False)
df.n.prod()
df.x.sem()
df.b.sum()
df.b.mean()
df.b.any()
df.b.all()
(df.x > 1000).any()
df.x.sum(skipna=False)
df.x.mean(skipna=False)
df.x.sum(min_count=3)
df.n.idxmax()
df.n.idxmin()
df.n.argmax()
df[NUM].sum()
df[NUM].mean()
df[NUM].min()
df[NUM].max()
df[NUM].std()
df[NUM].var()
df[NUM].median()
df[NUM].count()
df[NUM].nunique()
df.count()
df.nunique()
df.mean(numeric_only=True)
df.sum(numeric_only=True)
df[NUM].quantile(0.25)
df[['x', 'n']].quantile([0.25, 0.75])
df[NUM].sum(axis=1)
df[NUM].mean(axis=1)
df[NUM].max(axis=1)
df[['x', 'y']].min(axis=1)
df[NUM].std(axis=1)
df[['x', 'y']].count(axis=1)
df[['b']].any()
df[['x', 'y']].isna().any(axis=1)
df[['x', 'y']].notna().all(axis=1)
df[NUM].agg(['min', 'max'])
df[NUM].agg({'x': 'sum', 'n': 'mean'})
df[NUM].agg({'x': ['sum', 'min'], 'n': ['mean', 'min']})
df.x.agg(['min', 'max', 'mean'])
df.agg({'x': 'mean'})
df[NUM].describe()
df.x.describe()
df[['x', 'n']].describe(percentiles=[0.1])
df[['x', 'y']].corr()
df[['x', 'n']].cov()
df.x.corr(df.y)
df.groupby('k').sum(numeric_only=True)
df.groupby('k').mean(numeric_only=True)
df.groupby('k')[['x', 'n']].sum()
df.groupby('k').x.mean()
df.groupby('k')['n'].sum()
df.groupby('g').agg({'x': ['min', 'max', 'mean']})
df.groupby(['k']).agg({'x': ['min', 'max', 'mean'], 'n': ['sum']})
df.groupby(['k', 'g']).agg({'x': 'mean', 'n': 'sum'})
df.groupby(['g', 'k'])['x'].count()
df.groupby('k').agg(a=('x', 'mean'), b=('n', 'max'))
df.groupby('k')['x'].agg(['min', 'max'])
df.groupby('k')['x'].agg(lo='min', hi='max')
df.groupby('k').size()
df.groupby(['k', 'b']).size()
df.groupby('k').count()
df.groupby('k').nunique()
df.groupby('k').first()
df.groupby('k').last()
df.groupby('k')[['x', 'n', 't']].min()
df.groupby('k')[['x', 'n', 't']].max()
df.groupby('k')[NUM].std()
df.groupby('k')[NUM].var()
df.groupby('k')[NUM].median()
df.groupby('k')[NUM].quantile(0.3)
df.groupby('k').n.prod()
df.groupby('k')[['b']].any()
df.groupby('k')[['b']].all()
df.groupby('k')[['b']].sum()
df.groupby('k')[['b']].mean()
df.groupby('k', as_index=False)[['x', 'n']].sum()
df.groupby('k', as_index=False).size()
df.groupby('k', as_index=False).agg({'x': 'mean'})
df.groupby('k', as_index=False).agg({'x': ['min', 'max']})
df.groupby('k', sort=False).n.sum()
df.groupby('k', dropna=False).n.sum()
df.groupby(['k', 'g'], dropna=False).n.sum()
df.groupby(df.n > 0).x.sum()
df.groupby([df.n % 2, 'k']).x.sum()
df.groupby(df.k.str.upper()).n.sum()
df.groupby('b').x.mean()
df.groupby('t').n.sum()
df.groupby('k')['x'].transform('mean')
df.groupby('k')[['x', 'n']].transform('max')
df.groupby('g')['n'].transform('sum')
df.n - df.groupby('g')['n'].transform('mean')
df.groupby('g').cumcount()
df.groupby('g').ngroup()
df.groupby('g')['n'].cumsum()
df.groupby('g')[['x', 'n']].cumsum()
df.groupby('g')['x'].cummax()
df.groupby('g')['n'].shift()
df.groupby('g')['n'].diff()
df.groupby('g')['x'].rank()
df.groupby('g')['x'].ffill()
df.groupby('g').head(2)
df.groupby('g').tail(1)
df.groupby('g').nth(0)
df.groupby('g').ngroups
df.groupby('g').n.apply(lambda s: s.max() - s.min())
df.groupby('g').apply(lambda d: d.n.sum())
df.groupby('g').filter(lambda d: len(d) > 2)
df.groupby('g').n.agg(lambda s: s.sum())
df.groupby('g').n.value_counts().sort_index()
df.groupby('g').get_group(1)
df.groupby('g')['x'].describe()
df.groupby('g').n.nlargest(2)
df.groupby('g').x.rolling(2).sum()
df.set_index('k').groupby(level=0).n.sum()
df.sort_values('x', kind='stable')
df.sort_values('x', ascending=False, kind='stable')
df.sort_values(['k', 'n'])
df.sort_values(['g', 'x'], ascending=[False, True])
df.sort_values('k', na_position='first', kind='stable')
df.sort_values('n', ignore_index=True, kind='stable')
df.x.sort_values(kind='stable')
df.sort_index(ascending=False)
df.sort_values('n', kind='stable').sort_index()
df.set_index('n').sort_index(kind='stable')
df.sort_index(axis=1)
df.nlargest(3, 'x')
df.nsmallest(3, 'n')
df.nlargest(4, ['n', 'x'])
df.x.nlargest(2)
df.n.nsmallest(3)
df.drop_duplicates('k')
df.drop_duplicates(['g', 'b'], keep='last')
df.drop_duplicates('g', keep=False)
df[['g', 'b']].drop_duplicates()
df.k.drop_duplicates()
df.duplicated('g')
df.duplicated(['k', 'b'], keep='last')
df.g.duplicated(keep=False)
df.k.unique()
df.g.unique()
df.x.unique()
df.k.value_counts()
df.g.value_counts(normalize=True)
df.g.value_counts(sort=False)
df.k.value_counts(dropna=False)
df.g.value_counts(ascending=True)
df.value_counts('k')
df[['g', 'b']].value_counts()
df.set_index('k')
df.set_index(['k', 'g'])
df.set_index('k', drop=False)
df.set_index('k', append=True)
df.set_index('k').reset_index()
df.set_index(['k', 'g']).reset_index()
df.set_index(['k', 'g']).reset_index('g')
df.set_index('g').loc[1]
df.set_index('g').loc[[1, 0], 'x']
df.set_index('m').x
df.x.shift()
df.x.shift(2)
df.n.shift(-1, fill_value=0)
df[['x', 'n']].shift(1)
df.x.diff()
df.n.diff(2)
df.t.diff()
df.x.cumsum()
df.n.cumsum()
df.n.cumprod()
df.x.cummax()
df.x.cummin()
df[['x', 'n']].cumsum()
df.x.ffill()
df.x.bfill()
df[['x', 'y']].ffill()
df.k.ffill()
df.x.pct_change(fill_method=None)
df.x.rank()
df.n.rank(method='min', ascending=False)
df.n.rank(method='dense')
df.n.rank(method='first')
df.x.rank(pct=True)
df.x.rank(na_option='bottom')
df.x.rolling(3).mean()
df.n.rolling(2).sum()
df.x.rolling(3, min_periods=1).max()
df.x.rolling(3, center=True).sum()
df[['x', 'n']].rolling(2).mean()
df.n.rolling(3).std()
df.x.expanding().sum()
df.n.expanding(2).mean()
df.k.str.upper()
df.k.str.lower()
df.k.str.len()
df.k.str.contains('c')
df.k.str.contains('^[ab]')
df.k.str.startswith('c')
df.k.str.startswith(('a', 'D'))
df.k.str.endswith('c', na=False)
df.k.str[0]
df.k.str[:1]
df.k.str.slice(0, 1)
df.k.str.replace('c', 'x')
df.k.str.replace('[ac]', 'x', regex=True)
df.k.str.strip('a')
df.k.str.title()
df.k.str.zfill(3)
df.k.str.cat(sep='-')
df.k.str.isalpha()
df.k.str.count('c')
df.k.str.find('c')
df.k.str.pad(4)
df.t.dt.year
df.t.dt.month
df.t.dt.day
df.t.dt.hour
df.t.dt.minute
df.t.dt.second
df.t.dt.dayofweek
df.t.dt.weekday
df.t.dt.dayofyear
df.t.dt.quarter
df.t.dt.date
df.t.dt.floor('1h')
df.t.dt.ceil('1h')
df.t.dt.normalize()
df.t.dt.day_name()
df.t.dt.month_name()
df.t.dt.strftime('%Y-%m')
df.t.dt.days_in_month
df.t.dt.is_month_end
(df.t - df.t.shift()).dt.total_seconds()
(df.t - df.t.min()).dt.days
df.k.map({'a': 1, 'b': 2})
df.n.map({1: 'one', 2: 'two'})
df.x.map(lambda v: v * 2)
df.x.apply(lambda v: v + 1)
df.n.apply(lambda v: v * 2)
df.n.apply(lambda v: 'big' if v > 2 else 'small')
df.k.apply(lambda v: v)
df.k.apply(len) if df.k.notna().all() else 0
df.apply(lambda r: r.n + r.m, axis=1)
df.apply(lambda r: r['x'] * 2, axis=1)
df[NUM].apply(lambda s: s.max())
df[NUM].apply(lambda s: s - s.mean())
df[['x', 'y']].map(lambda v: v * 2)
df.n.replace(1, 100)
df.n.replace({1: 100, 2: 200})
df.n.replace([1, 2], 0)
df.k.replace('a', 'z')
df.replace({'k': {'a': 'z'}})
df.k.replace({'a': 'b', 'b': 'a'})
df.x.replace(0.0, None)
df.query('x > 0')
df.query('n > 1 and k == "a"')
df.query('n in [1, 2, 3] or b')
df.query('not b & n > 0')
df.query('g == [1, 2]')
df.query('k.str.startswith("c")')
df.query('n * 2 > m / 100')
df.query('index > 1')
df.eval('x + y')
df.eval('z = n * 2')
df.eval('x > 0')
df.select_dtypes('number')
df.select_dtypes(include=['int64', 'bool'])
df.select_dtypes(exclude='number')
df.isin([1, 2]) if 0 else df[['g', 'n']].isin([1, 2])
df.melt(id_vars=['k'], value_vars=['x', 'y'])
df.melt(id_vars=['k', 'g'], value_vars=['n', 'm'], var_name='what', value_name='much')
df[['x', 'y']].melt()
pd.melt(df, id_vars='g', value_vars=['x'])
df.pivot_table(values='x', index='k', columns='g')
df.pivot_table(values='n', index='g', columns='b', aggfunc='sum', fill_value=0)
df.pivot_table(values=['x', 'n'], index='g')
df.pivot_table(index='g', columns='b', values=['n', 'm'], aggfunc='max')
pd.crosstab(df.g, df.b)
pd.crosstab(df.k, df.g)
pd.crosstab(df.g, df.b, normalize=True)
df.groupby(['g', 'b']).size().unstack()
df.groupby(['g', 'b']).n.sum().unstack(fill_value=0)
pd.get_dummies(df.k)
pd.get_dummies(df[['k', 'n']])
pd.get_dummies(df.k, prefix='is', dtype=int)
pd.cut(df.x, [-100, 0, 5, 200], labels=['lo', 'mid', 'hi']).astype(str) if 0 else 0
pd.cut(df.x, [-100, 0, 5, 200], labels=False)
pd.concat([df, df])
pd.concat([df, df], ignore_index=True)
pd.concat([df[['k', 'x']], df[['k', 'n']]])
pd.concat([df[['k', 'x']], df[['k', 'n']]], join='inner')
pd.concat([df.x, df.y])
pd.concat([df[['k']], df[['x']]], axis=1)
pd.concat([df.k, df.x], axis=1)
pd.concat({'one': df[['k', 'n']], 'two': df[['k', 'n']]})
pd.concat([df.head(2), df.tail(2)], keys=['h', 't'])
df.merge(df[['g', 'm']].drop_duplicates('g'), on='g')
df.merge(df[['g', 'm']].drop_duplicates('g'), on='g', how='left')
df[['g', 'x']].merge(df[['k', 'g', 'n']], on='g', how='inner')
df[['g', 'k', 'x']].merge(df[['k', 'g', 'n']].head(5), on=['g', 'k'], how='left')
df[['g', 'x']].head(4).merge(df[['g', 'x']].tail(4), on='g', how='outer')
df[['g', 'x']].head(4).merge(df[['g', 'x']].tail(4), on='g', how='right', suffixes=('_l', '_r'))
df[['g', 'x']].head(3).merge(df[['n', 'y']], left_on='g', right_on='n')
df[['g', 'x']].head(3).merge(df[['n', 'y']], left_on='g', right_on='n', how='left')
df[['g', 'x']].head(3).merge(df[['n', 'y']].head(2), how='cross')
df.set_index('t')[['x']].join(df.set_index('t')[['y']])
df[['x']].join(df[['y']])
df[['g', 'x']].join(df.drop_duplicates('n').set_index('n')[['y']], on='g')
pd.merge(df[['k', 'x']], df[['k', 'y']].drop_duplicates('k'))
df.set_index('t').resample('1h').x.mean()
df.set_index('t').resample('30min').n.sum()
df.set_index('t').resample('1h').agg({'n': 'sum', 'x': 'mean'})
df.resample('1h', on='t').n.sum()
df.groupby(pd.Grouper(key='t', freq='1h')).n.sum()
df.groupby(['k', pd.Grouper(key='t', freq='1h')]).n.sum()
df.set_index('t').resample('1D').size()
df.to_dict('records') if 0 else [r['n'] for r in df.to_dict('records')]
df.n.to_dict()
df.n.tolist()
df.x.tolist()
[t.n for t in df.itertuples()]
[tuple(t) for t in df[['n', 'm']].itertuples(index=False)]
[(i, r['n']) for i, r in df.iterrows()]
[(c, s.count()) for c, s in df.items()]
df.to_csv()
df.to_csv(index=False)
df[['k', 'n', 'b']].to_csv(sep=';', index=False, header=False)
df[['k', 'n', 'x', 'b']].to_json(orient='records')
df[['k', 'n', 'x', 'b']].to_json(orient='records', lines=True)
df[['k', 'n']].to_json()
df[['k', 'n']].to_json(orient='split')
df[NUM].to_numpy()
df.x.to_numpy()
df.k.to_numpy()
df.pipe(len)
df.n.pipe(lambda s: s + 1)
df.transform({'n': 'cumsum'}) if 0 else df.n.transform('cumsum')
df[['n', 'm']].T
df.x.equals(df.x)
df.equals(df)
df.add_prefix('p_')
df.filter(like='n')
df.filter(items=['x', 'n'])
df.filter(regex='^[xy]')
df.x.name
df.x.mode()
df.g.mode()
df.x.is_unique
df.m.is_monotonic_increasing
df.insert(1, 'z', df.n) or df
df.pop('x')
df.reindex([0, 2, 100])
df.reindex(columns=['x', 'zz', 'n'])
df.x.combine_first(df.y)
df.nope
df['nope']
df[['x', 'nope']]
df.drop(columns=['nope'])
df.groupby('nope').sum()
df.sort_values('nope')
df.k.mean()
df.mean()
df.groupby('k').mean()
df.loc[10000]
df.iloc[10000]
df.set_index('nope')
df.query('nope > 1')
df.x + 'a'
df.k + 1
df.k > 1
df.merge(df, on='nope')
df.rename({'x': 'z'}, axis=1)
df.astype({'nope': int})
df.k.dt
df.x.str
df.dropna(subset=['nope'])
df[:0] if df.empty else df.drop_duplicates('nope')
""".strip().splitlines()


#: pandas has shapes of its own for functions of Python on nothing.
NOT_ON_EMPTY = ("lambda", "pivot_table", "nlargest(2)", "['x'].describe()", "df.k > 1")


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_result_is_pandas(operation: str, name: str) -> None:
    if name == "empty" and any(part in operation for part in NOT_ON_EMPTY):
        return
    code = compile(operation, operation, "eval")

    def run(pd: Any, df: Any) -> Any:
        return eval(code, {"pd": pd, "df": df, "NUM": NUM})

    check(run, FRAMES[name])
