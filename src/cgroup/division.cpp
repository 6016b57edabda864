#include "cgroup/division.h"

#include <algorithm>
#include <cmath>

namespace cgroup {
namespace {

constexpr double whole = 10000;  // a PercentRange's 100 %
constexpr double default_weight = 100;

double floor_of(const Claim& claim) { return claim.range.min / whole; }
double ceiling_of(const Claim& claim) { return claim.range.soft / whole; }

// Relative sizes around 1: 15, 10 and 5 shares are 1.5, 1 and 0.5.
std::vector<double> sizes(const std::vector<Claim>& claims) {
    double total = 0;
    double sharers = 0;
    for (const auto& claim : claims) {
        total += claim.shares.value_or(0);
        sharers += claim.shares ? 1 : 0;
    }
    std::vector<double> row;
    row.reserve(claims.size());
    for (const auto& claim : claims)
        row.push_back(claim.shares && total > 0 ? *claim.shares * sharers / total : 1);
    return row;
}

double sum_at(double level, const std::vector<Claim>& claims, const std::vector<double>& row) {
    double sum = 0;
    for (std::size_t i = 0; i < claims.size(); ++i)
        sum += std::clamp(level * row[i], floor_of(claims[i]), ceiling_of(claims[i]));
    return sum;
}

// The level at which the parts add up to the whole: the sum grows with it, so halving finds it.
double level_for_whole(const std::vector<Claim>& claims, const std::vector<double>& row) {
    double low = 0;
    double high = 1 / *std::min_element(row.begin(), row.end());
    for (int i = 0; i < 64; ++i) {
        const double middle = (low + high) / 2;
        (sum_at(middle, claims, row) < 1 ? low : high) = middle;
    }
    return high;
}

std::uint64_t as_weight(double weight) {
    return static_cast<std::uint64_t>(std::lround(std::clamp(weight, 1.0, 10000.0)));
}

}  // namespace

Division divide(const std::vector<Claim>& claims) {
    Division division;
    if (claims.empty()) return division;
    const auto row = sizes(claims);
    const double level = level_for_whole(claims, row);
    for (std::size_t i = 0; i < claims.size(); ++i)
        division.fractions.push_back(
            std::clamp(level * row[i], floor_of(claims[i]), ceiling_of(claims[i])));
    const auto plain = [](const Claim& claim) { return claim.plain(); };
    if (std::any_of(claims.begin(), claims.end(), plain)) division.plain = level;
    return division;
}

std::uint64_t weight_of(const Division& division, std::size_t index) {
    double sum = 0;
    double largest = 0;
    for (const double fraction : division.fractions) {
        sum += fraction;
        largest = std::max(largest, fraction);
    }
    const double average = sum / static_cast<double>(division.fractions.size());
    // weights end at 10000: where minima leave next to nothing, the largest gets that and the
    // others in proportion
    const double unit = std::max(division.plain.value_or(average), largest / 100);
    return as_weight(default_weight * division.fractions[index] / unit);
}

std::uint64_t base_weight(const std::vector<Claim>& claims) {
    constexpr double rest = 3 * default_weight;
    double minima = 0;
    double maxima = 0;
    for (const auto& claim : claims) {
        minima += floor_of(claim);
        maxima += ceiling_of(claim);
    }
    double weight = default_weight;
    if (maxima < 1) weight = std::min(weight, rest * maxima / (1 - maxima));
    if (minima >= 1) return 10000;
    return as_weight(std::max(weight, rest * minima / (1 - minima)));
}

}  // namespace cgroup
