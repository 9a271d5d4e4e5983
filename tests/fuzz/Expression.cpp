// SPDX-License-Identifier: MIT
// An expression that is computed over columns gives what the script engine gives.
#include "expression/ItemsForTests.h"
#include "Fuzz.h"

#include <QCoreApplication>

#include <cmath>

using namespace millrace;

namespace {

std::vector<FieldValues> items()
{
    const Value null;
    return {{{"qty", ValueType::Integer}, {Value(3), Value(-7), null, Value(1000), Value(0), Value(31)}},
            {{"price", ValueType::Real}, {Value(0.5), Value(-0.0), Value(1e300), null, Value(2.5), Value(1.005)}},
            {{"paid", ValueType::Boolean}, {Value(true), Value(false), null, Value(true), Value(false), Value(true)}},
            {{"name", ValueType::Text}, {Value("abc"), Value(""), Value(" 12 "), Value("\u00e4b"), null, Value("1e3")}},
            {{"when", ValueType::Timestamp},
             {momentOf("2024-05-31"), momentOf("2024-05-31T12:00:00Z"), null, momentOf("1969-12-31T23:59:59.999999Z"),
              momentOf("2024-05-31T14:00:00+02:00"), momentOf("2000-02-29 23:30:00")}}};
}

/// Qt's script engine multiplies small integers as such, and -4 * 0 is 0 for it where it should be -0: signs of zero, and of what
/// was divided by it, are left to the tests.
bool isSameButForZeros(const Value &a, const Value &b)
{
    if (!a.isNumber() || !b.isNumber())
        return false;
    const double left = std::fabs(a.toReal()), right = std::fabs(b.toReal());
    return left == right && (left == 0 || std::isinf(left));
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int argc = 1;
    static char name[] = "fuzz-expression", *argv[] = {name, nullptr};
    static const QCoreApplication application(argc, argv);
    static const std::vector<FieldValues> fields = items();
    const std::string_view source = fuzz::textOf(data, size);
    const auto expression = ItemExpression::compile(source);
    if (!expression || !expression->isCompiled())
        return 0;
    Batch batch;
    fillBatch(batch, fields);
    const std::vector<Value> columns = computed(source, batch);
    const std::vector<Value> scripts = computed(source, batch, ItemExpression::Engine::ScriptEngine);
    for (size_t row = 0; row < columns.size(); ++row)
        fuzz::require(isSameResult(columns[row], scripts[row]) || isSameButForZeros(columns[row], scripts[row]),
                      "row " + std::to_string(row) + ": " + toJson(columns[row]) + " over columns, "
                          + toJson(scripts[row]) + " by the script engine");
    return 0;
}
