// Any CPU: no fused multiply-add, small tiles.
#define CK_TABLE ck_kernels_plain
#define CK_FUSED 0
#define CK_NATIVE_BF16 0
#define CK_ROWS 4
#define CK_LANES 4
#define CK_VECTORS 2
#include "KernelTemplate.h"
