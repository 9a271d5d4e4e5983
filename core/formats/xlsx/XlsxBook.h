// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "formats/xlsx/XlsxPackage.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// What a number in a cell is, by the cell's style.
enum class XlsxNumber : uint8_t { Plain, Date, Moment, Time };

/// What the sheets of a workbook have in common. Read-only once it is open; its package is read by one thread.
class XlsxBook
{
public:
    static constexpr size_t MostTexts = size_t(1) << 30; ///< bytes of texts that cells share
    static constexpr size_t MostSheets = 10'000, MostRelations = 100'000, MostStyles = 1'000'000;
    static constexpr size_t MostNames = size_t(64) << 20; ///< bytes of the names of sheets and parts

    static Result<std::unique_ptr<XlsxBook>> open(const std::string &path);

    const XlsxPackage &package() const { return *m_package; }
    /// The part of a sheet by its number, from 1, or its name. Fails with the names that there are.
    Result<std::string> partOf(const Value &sheet) const;
    /// Null: there is no text of that number.
    const std::string *text(size_t number) const { return number < m_texts.size() ? &m_texts[number] : nullptr; }
    XlsxNumber numberOf(size_t style) const { return style < m_styles.size() ? m_styles[style] : XlsxNumber::Plain; }
    /// A number that counts days, as a date, a moment or a time of day; the number itself where it is none.
    Value momentOf(double days, XlsxNumber kind) const;

private:
    struct Sheet
    {
        std::string name, part;
    };

    explicit XlsxBook(std::unique_ptr<XlsxPackage> package) : m_package(std::move(package)) {}
    Result<> readSheets();
    Result<> readStyles();
    Result<> readTexts();
    Failure tooLarge(const std::string &what) const;

    std::unique_ptr<XlsxPackage> m_package; ///< never null
    std::vector<Sheet> m_sheets;
    std::vector<XlsxNumber> m_styles;
    std::vector<std::string> m_texts;
    bool m_is1904 = false; ///< whether days are counted from 1904-01-01
};

/// What a format such as "dd.mm.yyyy hh:mm" makes of a number.
XlsxNumber xlsxNumberOf(const std::string &format);

} // namespace millrace
