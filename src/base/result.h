// A value or the Error that stood in its way.
#pragma once
#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.h"

template <class T>
class [[nodiscard]] Result {
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    std::variant<Value, Error> held_;

  public:
    using value_type = T;
    Result() requires std::is_void_v<T> {}
    template <class U = Value>
    requires(!std::is_void_v<T> && std::is_convertible_v<U&&, Value> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error>)
        // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): the constraint leaves copies and moves alone
        Result(U&& value)
        : held_(std::in_place_index<0>, std::forward<U>(value)) {}
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return held_.index() == 0; }
    Value& operator*() & { return std::get<0>(held_); }
    const Value& operator*() const& { return std::get<0>(held_); }
    Value&& operator*() && { return std::get<0>(std::move(held_)); }
    Value* operator->() { return &std::get<0>(held_); }
    const Value* operator->() const { return &std::get<0>(held_); }
    const Error& error() const { return std::get<1>(held_); }

    /// The step is spelled out only when there is an error to explain.
    template <class... Parts>
    Result within(const Parts&... step) && {
        if (*this) return std::move(*this);
        return error().within(cat(step...));
    }
    Result explained_by(std::string_view check) && {
        if (*this) return std::move(*this);
        return error().explained_by(check);
    }
};

// The value of an expression, or return its error from the function around it. Each use names its variable anew, so
// that one may stand inside another's expression.
#define TRY(expression) TRY_NAMED(expression, __COUNTER__)
#define TRY_NAMED(expression, number) TRY_JOINED(expression, number)
#define TRY_JOINED(expression, number) TRY_AS(expression, tried_##number)
// NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared cannot stand in parentheses
#define TRY_AS(expression, tried)         \
    __extension__({                       \
        auto tried = (expression);        \
        if (!tried) return tried.error(); \
        *std::move(tried);                \
    })
// NOLINTEND(bugprone-macro-parentheses)
