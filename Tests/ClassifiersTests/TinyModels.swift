import Foundation

/// Hand-made ONNX models of some 200 bytes each; README.md has the script that wrote them.
enum TinyModels {
  static let gray = """
    CAg6pwEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoSCgFtCgF3CgFiEgF5IgRHZW1t\
    EgFnKhcIAQgDEAFCAXdKDAAAgD8AAADAAAAAPyoVCAMQAUIBYkoMAACAPgAAgD8AAIC/WhwKAXgSFwoVCAESEQoDEgFu\
    CgIIAQoCCAQKAggEYhQKAXkSDwoNCAESCQoDEgFuCgIIA0IECgAQEQ==
    """
  static let pairs = """
    CAg6pwEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoSCgFtCgF3CgFiEgF5IgRHZW1t\
    EgFnKhcIAQgDEAFCAXdKDAAAgD8AAADAAAAAPyoVCAMQAUIBYkoMAACAPgAAgD8AAIC/Wh0KAXgSGAoWCAESEgoCCAIK\
    AggBCgMSAWgKAxIBd2ITCgF5Eg4KDAgBEggKAggCCgIIA0IECgAQEQ==
    """
  static let colour = """
    CAg6awoyCgF4EgF5IgpSZWR1Y2VNZWFuKg0KBGF4ZXNAAUACoAEHKg8KCGtlZXBkaW1zGACgAQISAWdaHAoBeBIXChUI\
    ARIRCgMSAW4KAggECgIIBAoCCANiFAoBeRIPCg0IARIJCgMSAW4KAggDQgQKABAR
    """
  static let features = """
    CAg6mwIKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoWCgFtCgJ3ZQoCYmUSA2VtYiIE\
    R2VtbQoXCgFtCgF3CgFiEgZsb2dpdHMiBEdlbW0SAWcqFwgBCAMQAUIBd0oMAACAPwAAAMAAAAA/KhUIAxABQgFiSgwA\
    AIA+AACAPwAAgL8qHAgBCAQQAUICd2VKEAAAgD8AAIA/AACAPwAAgD8qGggEEAFCAmJlShAAAAAAAACAPwAAAEAAAEBA\
    WhwKAXgSFwoVCAESEQoDEgFuCgIIAQoCCAQKAggEYhYKA2VtYhIPCg0IARIJCgMSAW4KAggEYhkKBmxvZ2l0cxIPCg0I\
    ARIJCgMSAW4KAggDQgQKABAR
    """
  static let threeByTwo = """
    CAg6/gEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoUCgFtCgJ3NgoCYjYSAXEiBEdl\
    bW0KEgoBcQoBcxIBeSIHUmVzaGFwZRIBZyokCAEIBhABQgJ3NkoYAACAPwAAgL8AAABAAAAAwAAAQEAAAEDAKiIIBhAB\
    QgJiNkoYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKiEIAxAHQgFzShj//////////wMAAAAAAAAAAgAAAAAAAABaHAoB\
    eBIXChUIARIRCgMSAW4KAggBCgIIBAoCCARiGAoBeRITChEIARINCgMSAW4KAggDCgIIAkIECgAQEQ==
    """
  static let half = """
    CAg63QEKGAoBeBICeGYiBENhc3QqCQoCdG8YAaABAgoaCgJ4ZhIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIH\
    RmxhdHRlbgoTCgFtCgF3CgFiEgJ5ZiIER2VtbQoYCgJ5ZhIBeSIEQ2FzdCoJCgJ0bxgKoAECEgFnKhcIAQgDEAFCAXdK\
    DAAAgD8AAADAAAAAPyoVCAMQAUIBYkoMAACAPgAAgD8AAIC/WhwKAXgSFwoVCAoSEQoDEgFuCgIIAQoCCAQKAggEYhQK\
    AXkSDwoNCAoSCQoDEgFuCgIIA0IECgAQEQ==
    """
  static let whole = """
    CAg6fgoYCgF4EgJ4ZiIEQ2FzdCoJCgJ0bxgBoAECChoKAnhmEgFwIhFHbG9iYWxBdmVyYWdlUG9vbAoPCgFwEgF5IgdG\
    bGF0dGVuEgFnWhwKAXgSFwoVCAISEQoDEgFuCgIIAQoCCAQKAggEYhQKAXkSDwoNCAESCQoDEgFuCgIIAUIECgAQEQ==
    """
  static let aged = """
    CAg6jQEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoQCgFtCgNhZ2USAXkiA0FkZBIB\
    Z1ocCgF4EhcKFQgBEhEKAxIBbgoCCAEKAggECgIIBFoWCgNhZ2USDwoNCAESCQoDEgFuCgIIAWIUCgF5Eg8KDQgBEgkK\
    AxIBbgoCCAFCBAoAEBE=
    """
  static let shares = """
    CAg6uAEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoSCgFtCgF3CgFiEgFxIgRHZW1t\
    Cg8KAXESAXkiB1NpZ21vaWQSAWcqFwgBCAMQAUIBd0oMAACAPwAAAMAAAAA/KhUIAxABQgFiSgwAAIA+AACAPwAAgL9a\
    HAoBeBIXChUIARIRCgMSAW4KAggBCgIIBAoCCARiFAoBeRIPCg0IARIJCgMSAW4KAggDQgQKABAR
    """
  static let movedShares = """
    CAg66wIKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoUCgFtCgJ3NgoCYjYSAXEiBEdl\
    bW0KEgoBcQoBcxIBciIHUmVzaGFwZQolCgFyEgF0IgdTb2Z0bWF4KhQKBGF4aXMY////////////AaABAgoXCgF0EgF1\
    IgRDYXN0KgkKAnRvGAGgAQIKEwoBdQoCczISAXkiB1Jlc2hhcGUSAWcqJAgBCAYQAUICdzZKGAAAgD8AAIC/AAAAQAAA\
    AMAAAEBAAABAwCoiCAYQAUICYjZKGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACohCAMQB0IBc0oY//////////8DAAAA\
    AAAAAAIAAAAAAAAAKhoIAhAHQgJzMkoQ//////////8GAAAAAAAAAFocCgF4EhcKFQgBEhEKAxIBbgoCCAEKAggECgII\
    BGIUCgF5Eg8KDQgBEgkKAxIBbgoCCAZCBAoAEBE=
    """
  static let log = """
    CAg6cAoZCgF4EgFwIhFHbG9iYWxBdmVyYWdlUG9vbAoPCgFwEgFtIgdGbGF0dGVuCgsKAW0SAXkiA0xvZxIBZ1ocCgF4\
    EhcKFQgBEhEKAxIBbgoCCAEKAggECgIIBGIUCgF5Eg8KDQgBEgkKAxIBbgoCCAFCBAoAEBE=
    """
  static let open = """
    CAg6qAEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgoSCgFtCgF3CgFiEgF5IgRHZW1t\
    EgFnKhcIAQgDEAFCAXdKDAAAgD8AAADAAAAAPyoVCAMQAUIBYkoMAACAPgAAgD8AAIC/WhwKAXgSFwoVCAESEQoDEgFu\
    CgIIAQoCCAQKAggEYhUKAXkSEAoOCAESCgoDEgFuCgMSAWtCBAoAEBE=
    """
  static let flat = """
    CAg6QQoQCgF4EgF5IghJZGVudGl0eRIBZ1oUCgF4Eg8KDQgBEgkKAxIBbgoCCBBiFAoBeRIPCg0IARIJCgMSAW4KAggQ\
    QgQKABAR
    """
  static let bytes = """
    CAg6UQoQCgF4EgF5IghJZGVudGl0eRIBZ1ocCgF4EhcKFQgCEhEKAxIBbgoCCAEKAggECgIIBGIcCgF5EhcKFQgCEhEK\
    AxIBbgoCCAEKAggECgIIBEIECgAQEQ==
    """
  static let labels = """
    CAg6gAEKGQoBeBIBcCIRR2xvYmFsQXZlcmFnZVBvb2wKDwoBcBIBbSIHRmxhdHRlbgobCgFtEgF5IgZBcmdNYXgqCwoE\
    YXhpcxgBoAECEgFnWhwKAXgSFwoVCAESEQoDEgFuCgIIAQoCCAQKAggEYhQKAXkSDwoNCAcSCQoDEgFuCgIIAUIECgAQ\
    EQ==
    """
  static let two = """
    CAg6bQoOCgF4CgF6EgF5IgNBZGQSAWdaHAoBeBIXChUIARIRCgMSAW4KAggBCgIIBAoCCARaHAoBehIXChUIARIRCgMS\
    AW4KAggBCgIIBAoCCARiHAoBeRIXChUIARIRCgMSAW4KAggBCgIIBAoCCARCBAoAEBE=
    """
  static let sequence = """
    CAg6dwoZCgF4EgFwIhFHbG9iYWxBdmVyYWdlUG9vbAoPCgFwEgFtIgdGbGF0dGVuChkKAW0SAXkiEVNlcXVlbmNlQ29u\
    c3RydWN0EgFnWhwKAXgSFwoVCAESEQoDEgFuCgIIAQoCCAQKAggEYg0KAXkSCCIGCgQKAggBQgQKABAR
    """

  /// Writes a model into `folder` and returns its path.
  static func write(_ base64: String, to folder: String, name: String = "model.onnx") throws
    -> String
  {
    guard let bytes = Data(base64Encoded: base64) else { throw CocoaError(.coderInvalidValue) }
    let path = folder + "/" + name
    try bytes.write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// A fresh folder for one test, removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = NSTemporaryDirectory() + "classifiers-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
