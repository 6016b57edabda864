// Compiled with -mavx512f and -mavx512vl, where there is such a thing.
#ifdef __AVX512F__
#define BLAKE3_LANES 16
#include "base/blake3_lanes.h"

namespace blake3 {

void hash_16(const Work& work) { hash_lanes(work); }

}  // namespace blake3
#endif
