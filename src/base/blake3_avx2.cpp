// Compiled with -mavx2, where there is such a thing.
#ifdef __AVX2__
#define BLAKE3_LANES 8
#include "base/blake3_lanes.h"

namespace blake3 {

void hash_8(const Work& work) { hash_lanes(work); }

}  // namespace blake3
#endif
