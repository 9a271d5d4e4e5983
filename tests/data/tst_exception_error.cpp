// SPDX-License-Identifier: MIT
// Exceptions as errors: type, text, causes.
#include "data/errors/ExceptionError.h"

#include <QTest>

#include <functional>
#include <stdexcept>
#include <system_error>

using namespace millrace;

namespace shop {

struct Closed
{};
enum class Reason { Holiday };

} // namespace shop

namespace tst_exception_error {

namespace {

template <class Throwing>
Error errorOfThrowing(Throwing throwing)
{
    const auto result = caught([&]() -> Result<> {
        throwing();
        return {};
    });
    return result ? Error{"nothing", {}} : result.error();
}

} // namespace

class ExceptionErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreTold()
    {
        QCOMPARE(errorOfThrowing([] { throw -7L; }), (Error{"long", "It threw the long -7."}));
        QCOMPARE(errorOfThrowing([] { throw 7u; }), (Error{"unsigned int", "It threw the unsigned int 7."}));
        QCOMPARE(errorOfThrowing([] { throw true; }), (Error{"bool", "It threw the bool true."}));
        QCOMPARE(errorOfThrowing([] { throw 1e-9; }), (Error{"double", "It threw the double 1e-09."}));
        QCOMPARE(errorOfThrowing([] { throw 0.5f; }), (Error{"float", "It threw the float 0.5."}));
    }
    void textsAreTheMessage()
    {
        char writable[] = "changed";
        const char *none = nullptr;
        QCOMPARE(errorOfThrowing([] { throw std::string_view("seen"); }), (Error{"std::string_view", "seen"}));
        QCOMPARE(errorOfThrowing([&] { throw static_cast<char *>(writable); }), (Error{"char*", "changed"}));
        QCOMPARE(errorOfThrowing([&] { throw none; }),
                 (Error{"const char*", "It threw a \"const char*\" without a text."}));
        QCOMPARE(errorOfThrowing([] { throw std::runtime_error(""); }),
                 (Error{"std::runtime_error", "It threw a \"std::runtime_error\" without a text."}));
    }
    void otherTypesAreNamed()
    {
        QCOMPARE(errorOfThrowing([] { throw shop::Closed(); }).kind, std::string("shop::Closed"));
        QVERIFY(errorOfThrowing([] { throw shop::Reason::Holiday; }).message.find("\"shop::Reason\"")
                != std::string::npos);
    }
    void errorsOfOurOwnAreThemselves()
    {
        QCOMPARE(errorOfThrowing([] { throw failure("io", "no disk"); }), (Error{"io", "no disk"}));
        QCOMPARE(errorOfThrowing([] { throw Error{"io", "no disk"}; }), (Error{"io", "no disk"}));
        const auto code = std::make_error_code(std::errc::no_space_on_device);
        QCOMPARE(errorOfThrowing([&] { throw code; }), (Error{"std::error_code", code.message()}));
    }
    void causesAreToldOutermostFirst()
    {
        const auto nest = [](const std::function<void()> &inner, const std::function<void()> &outer) {
            try {
                inner();
            } catch (...) {
                outer();
            }
        };
        const Error error = errorOfThrowing(
            [&] { nest([] { throw std::out_of_range("row 7"); }, [] { std::throw_with_nested(shop::Closed()); }); });
        QCOMPARE(error, (Error{"shop::Closed", "It threw an object of the type \"shop::Closed\"; caused by "
                                               "std::out_of_range: row 7"}));
    }
    void aThousandCausesAreCutShort()
    {
        const std::function<void(int)> nested = [&](int depth) {
            try {
                if (depth == 0)
                    throw 1;
                nested(depth - 1);
            } catch (...) {
                std::throw_with_nested(std::runtime_error("level"));
            }
        };
        const Error error = errorOfThrowing([&] { nested(1000); });
        QVERIFY(error.message.size() < 2'000);
        QVERIFY(error.message.starts_with("level; caused by std::runtime_error: level"));
    }
};

} // namespace tst_exception_error

QTEST_GUILESS_MAIN(tst_exception_error::ExceptionErrors)
#include "tst_exception_error.moc"
