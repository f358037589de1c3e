/// The names that weight files may mention, and what each stands for.
///
/// A pickle can name any function of any installed module and have it called. Here a name outside
/// this list ends the reading, and a name inside it is only ever data.
package enum PickleGlobal: Sendable, Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildTensorV2
  case rebuildTensorV3
  case rebuildParameter
  case rebuildParameterWithState
  case rebuildFromType
  /// A storage class; `nil` for raw bytes and unsupported kinds of numbers.
  case storage(ElementType?, name: String)
  case dtype(ElementType?, name: String)
  case size
  case set
  case encode
  /// Allowed where real checkpoints have it, and carried without meaning.
  case opaque(String)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("torch", "Size"): self = .size
    case ("builtins", "set"), ("__builtin__", "set"), ("builtins", "frozenset"),
      ("__builtin__", "frozenset"):
      self = .set
    case ("_codecs", "encode"): self = .encode
    case ("torch", _), ("torch.cuda", _), ("torch.storage", _):
      if Self.storageClasses.contains(name) {
        self = .storage(ElementType(storageClass: name), name: name)
      } else if module == "torch", Self.dtypes.contains(name) {
        self = .dtype(ElementType(torchName: name), name: name)
      } else if module == "torch", ["device", "Tensor"].contains(name) {
        self = .opaque("torch.\(name)")
      } else {
        return nil
      }
    case ("torch.nn.parameter", "Parameter"): self = .opaque("torch.nn.parameter.Parameter")
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"),
      ("numpy", "dtype"):
      self = .opaque("\(module).\(name)")
    default: return nil
    }
  }

  private static let storageClasses: Set<String> = [
    "DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage",
    "IntStorage", "ShortStorage", "CharStorage", "ByteStorage", "BoolStorage",
    "ComplexFloatStorage", "ComplexDoubleStorage", "UntypedStorage", "TypedStorage",
    "_LegacyStorage",
  ]

  private static let dtypes: Set<String> = [
    "float64", "double", "float32", "float", "float16", "half", "bfloat16", "int64", "long",
    "int32", "int", "int16", "short", "int8", "uint8", "uint16", "uint32", "uint64", "bool",
    "complex64", "complex128",
  ]
}
