/// What `import Swiftwater` brings along: tables, columns, types, expressions and plans.
@_exported public import Columnar
@_exported public import Formats
@_exported public import Query
