"""Files that change after they were read."""

import os
import subprocess
import sys

import pandas as pd

pd.DataFrame({"a": range(1000), "b": [i * 0.5 for i in range(1000)]}).to_csv("d.csv", index=False)
one = pd.read_csv("d.csv")
one["c"] = one.a + one.b
one.to_csv("d.csv", index=False)
two = pd.read_csv("d.csv")
print(one.shape, two.shape, two.c.sum())
with open("d.csv", "w") as file:
    file.write("a,b\n1,2\n")
print(two.shape, two.a.sum())
three = pd.read_csv("d.csv")
os.remove("d.csv")
print(three)
one.to_parquet("d.parquet")
four = pd.read_parquet("d.parquet")
big = four[four.a > 500]
os.rename("d.parquet", "e.parquet")
print(len(big), big.b.mean())
five = pd.read_parquet("e.parquet")
subprocess.run([sys.executable, "-c", "open('e.parquet', 'w').close()"], check=True)
print(five.a.max())
