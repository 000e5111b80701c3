"""A little of everything, of a small frame."""

import sys
import numpy as np
import pandas as pd
from pandas import DataFrame

df = pd.DataFrame({'k': ['a', 'b', 'a'], 'x': [1.0, 2.0, None], 'n': [1, 2, 3]})
print(isinstance(df, pd.DataFrame), isinstance(df, DataFrame), isinstance(df.x, pd.Series))
df['y'] = df.x * 2 + df.n
print(df[df.n > 1])
print(df.groupby('k').agg({'x': ['min', 'max']}))
print(df.groupby('k')['n'].apply(lambda s: s.sum()))
print(df.T)
print(df.describe(include='all'))
df.loc[df.n == 2, 'x'] = 9
print(df, len(df), df.shape, list(df.columns))
print(pd.concat([df, df]).reset_index(drop=True).tail(2))
print(pd.date_range('2020-01-01', periods=2))
print(df.set_index('k').n.tolist())
print(np.asarray(df.n), [round(v, 6) for v in np.sqrt(df.n).tolist()])
print(df.k.str.upper().tolist(), df.x.interpolate().tolist())
for i, row in df.iterrows():
    print(i, row['n'])
df.sort_values('n', ascending=False, inplace=True)
print(df.n.tolist())
try:
    df['zz']
except KeyError as error:
    print('KeyError', error)
m = df.merge(pd.DataFrame({'k': ['a'], 'w': [1]}), on='k', how='left', indicator=True)
print(m)
print(m.w.sum())
print(m.groupby('k').w.sum())
df.interpolate(inplace=True) if False else None
df.columns = ['a', 'b', 'c', 'd']
print(df.rename(columns={'a': 'z'}).columns.tolist())
print(df.c.max(), df.b.mean(), df.c.quantile([0.5, 0.9]).tolist())
for name, part in df.groupby('a'):
    print(name, len(part))
print(pd.to_datetime(pd.Series(['2020-01-31', '2020-02-29'])).dt.month.tolist())
print(pd.isna(df.b).sum(), pd.NaT, pd.Timestamp('2020-01-01').year)
