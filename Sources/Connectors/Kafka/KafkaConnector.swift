/// The name under which this connector's triggers are known.
enum KafkaConnector {}
