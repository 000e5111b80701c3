package import Columnar

/// What made a checkpoint: the events' columns, which a restart keeps, and each operator that remembers, for people.
package struct StreamIdentity: Hashable, Sendable {
    /// The columns of the events, so that a restart infers nothing anew.
    package var schema: Schema
    package var operators: [Operator]
    /// The event time column and its delay; nil without.
    package var eventTime: String?

    package struct Operator: Hashable, Sendable {
        /// Where the operator stands: its frame and its number there.
        package var key: String
        /// What it does, as `explain` prints it.
        package var label: String

        package init(key: String, label: String) {
            self.key = key
            self.label = label
        }
    }

    package init(schema: Schema, operators: [Operator], eventTime: String? = nil) {
        self.schema = schema
        self.operators = operators
        self.eventTime = eventTime
    }

    package var json: JSONValue {
        [
            "version": 1,
            "schema": .array(
                schema.fields.map { ["name": .string($0.name), "type": .string($0.type.description)] }),
            "eventTime": eventTime.map { .string($0) } ?? .null,
            "operators": .array(
                operators.map {
                    ["key": .string($0.key), "label": .string($0.label)]
                }),
        ]
    }

    package init(_ json: JSONValue, name: String) throws(SwiftwaterError) {
        var fields = LogFields(json: json, name: name)
        guard try fields.int("version") == 1 else {
            throw SwiftwaterError(
                .unsupported, "the checkpoint was made by a newer version",
                hint: "use that version, or start anew with --reset")
        }
        schema = Schema([])
        for entry in json["schema"]?.array ?? [] {
            fields.json = entry
            schema.fields.append(Field(try fields.string("name"), try DataType(try fields.string("type"))))
        }
        eventTime = json["eventTime"]?.string
        operators = []
        for entry in json["operators"]?.array ?? [] {
            fields.json = entry
            operators.append(Operator(key: try fields.string("key"), label: try fields.string("label")))
        }
    }
}
