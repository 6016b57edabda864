// System calls that are denied whatever their arguments; the reasons are in security/filter.h.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace security {

struct DeniedCall {
    std::string_view name = {};
    std::uint32_t number = 0;
    int error = 0;
};
std::span<const DeniedCall> native_calls();
std::span<const DeniedCall> i386_calls();  // what an x86_64 kernel runs beside its own
/// In addition, in a WPAR that is to be checkpointed.
std::span<const DeniedCall> native_unmovable_calls();
std::span<const DeniedCall> i386_unmovable_calls();

}  // namespace security
