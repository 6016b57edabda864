#include "base/time.h"

#include <ctime>

std::string local_time(std::int64_t seconds, const char* format) {
    const std::time_t time = seconds;
    std::tm parts = {};
    char text[64];
    if (::localtime_r(&time, &parts) == nullptr) return {};
    return {text, std::strftime(text, sizeof text, format, &parts)};
}
