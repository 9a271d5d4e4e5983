// SPDX-License-Identifier: MIT
#include "formats/xlsx/XlsxBook.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/xlsx/XlsxXml.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace millrace {

namespace {

constexpr const char *Workbook = "xl/workbook.xml", *Relations = "xl/_rels/workbook.xml.rels",
                     *Styles = "xl/styles.xml", *SharedTexts = "xl/sharedStrings.xml";

/// Of the formats that every workbook has without telling them.
XlsxNumber builtInFormat(int id)
{
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
        return XlsxNumber::Date;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56)
        return XlsxNumber::Time;
    return id == 22 ? XlsxNumber::Moment : XlsxNumber::Plain;
}

} // namespace

XlsxNumber xlsxNumberOf(const std::string &format)
{
    bool hasDay = false, hasTime = false, hasMonthOrMinute = false;
    for (size_t i = 0; i < format.size() && format[i] != ';'; ++i) { // the first part is that of numbers above 0
        const char c = char(std::tolower(static_cast<unsigned char>(format[i])));
        if (c == '"')
            i = std::min(format.find('"', i + 1), format.size());
        else if (c == '[' && i + 1 < format.size() && !std::strchr("hHmMsS", format[i + 1]))
            i = std::min(format.find(']', i), format.size());
        else if (c == '\\' || c == '_' || c == '*')
            ++i;
        else if (c == 'd' || c == 'y')
            hasDay = true;
        else if (c == 'h' || c == 's')
            hasTime = true;
        else if (c == 'm')
            hasMonthOrMinute = true;
        else if (c == 'g' && format.compare(i, 7, "General") == 0)
            return XlsxNumber::Plain;
    }
    if (hasMonthOrMinute && !hasTime)
        hasDay = true;
    return hasDay && hasTime ? XlsxNumber::Moment
           : hasDay          ? XlsxNumber::Date
           : hasTime         ? XlsxNumber::Time
                             : XlsxNumber::Plain;
}

Result<std::unique_ptr<XlsxBook>> XlsxBook::open(const std::string &path)
{
    auto package = XlsxPackage::open(path);
    if (!package)
        return package.forward();
    std::unique_ptr<XlsxBook> book(new XlsxBook(*std::move(package)));
    for (auto read : {&XlsxBook::readSheets, &XlsxBook::readStyles, &XlsxBook::readTexts})
        if (auto done = ((*book).*read)(); !done)
            return done.forward();
    return book;
}

Result<> XlsxBook::readSheets()
{
    std::map<std::string, std::string> parts; // by the relations' ids
    auto relations = m_package->read(Relations);
    auto workbook = relations ? m_package->read(Workbook) : relations.forward();
    if (!workbook)
        return workbook.forward();
    XlsxXml links(*std::move(relations)), book(*std::move(workbook));
    size_t size = 0;
    auto done = links.forEach([&]() -> Result<> {
        if (!links.begins("Relationship"))
            return {};
        const std::string target = links.attribute("Target"), id = links.attribute("Id");
        size += target.size() + id.size();
        parts[id] = target.starts_with('/') ? target.substr(1) : "xl/" + target;
        return parts.size() > MostRelations || size > MostNames
                   ? tooLarge("more than 100,000 parts, or names of them that are larger than 64 MiB")
                   : Result<>();
    });
    if (!done)
        return done;
    return book.forEach([&]() -> Result<> {
        if (book.begins("workbookPr")) {
            const std::string from1904 = book.attribute("date1904");
            m_is1904 = from1904 == "1" || from1904 == "true";
        }
        if (!book.begins("sheet"))
            return {};
        for (const QXmlStreamAttribute &attribute : book.reader.attributes())
            if (attribute.name() == QLatin1String("id")) {
                const auto part = parts.find(attribute.value().toString().toStdString());
                m_sheets.push_back({book.attribute("name"), part == parts.end() ? std::string() : part->second});
                size += m_sheets.back().name.size() + m_sheets.back().part.size();
            }
        return m_sheets.size() > MostSheets || size > MostNames
                   ? tooLarge("more than 10,000 sheets, or names of them that are larger than 64 MiB")
                   : Result<>();
    });
}

Failure XlsxBook::tooLarge(const std::string &what) const
{
    return failure(ErrorKind::Memory, "The workbook " + inQuotes(fileName(m_package->path())) + " has " + what
                                          + "; save what you need of it as a workbook of its own.");
}

Result<> XlsxBook::readStyles()
{
    if (!m_package->has(Styles))
        return {};
    auto part = m_package->read(Styles);
    if (!part)
        return part.forward();
    XlsxXml xml(*std::move(part));
    std::map<int, XlsxNumber> formats;
    bool isOfCells = false;
    return xml.forEach([&]() -> Result<> {
        if (xml.begins("numFmt")) {
            formats[std::atoi(xml.attribute("numFmtId").c_str())] = xlsxNumberOf(xml.attribute("formatCode"));
        } else if (xml.begins("cellXfs") || xml.ends("cellXfs")) {
            isOfCells = xml.begins("cellXfs");
        } else if (isOfCells && xml.begins("xf")) {
            const int id = std::atoi(xml.attribute("numFmtId").c_str());
            const auto own = formats.find(id);
            m_styles.push_back(own == formats.end() ? builtInFormat(id) : own->second);
        }
        return formats.size() > MostStyles || m_styles.size() > MostStyles ? tooLarge("more than a million styles")
                                                                           : Result<>();
    });
}

Result<> XlsxBook::readTexts()
{
    if (!m_package->has(SharedTexts))
        return {};
    auto part = m_package->read(SharedTexts);
    if (!part)
        return part.forward();
    XlsxXml xml(*std::move(part));
    size_t size = 0;
    bool isText = false, isPhonetic = false;
    for (;;) {
        const auto any = xml.next();
        if (!any)
            return any.forward();
        if (!*any)
            return {};
        if (xml.begins("si")) {
            m_texts.emplace_back();
            size += sizeof(std::string); // also of one that is empty
        } else if (xml.begins("rPh") || xml.ends("rPh")) {
            isPhonetic = xml.begins("rPh");
        } else if (xml.begins("t") || xml.ends("t")) {
            isText = xml.begins("t");
        } else if (xml.reader.isCharacters() && isText && !isPhonetic && !m_texts.empty()) {
            const std::string text = xml.reader.text().toString().toStdString();
            m_texts.back() += text;
            size += text.size();
        }
        if (size > MostTexts)
            return failure(ErrorKind::Memory, "The texts that the cells of " + inQuotes(fileName(m_package->path()))
                                                  + " share are larger than 1 GiB.");
    }
}

Result<std::string> XlsxBook::partOf(const Value &sheet) const
{
    std::string names;
    for (size_t i = 0; i < m_sheets.size(); ++i) {
        const bool isWanted = sheet.isInteger() ? sheet.toInteger() == int64_t(i) + 1
                                                : sheet.isText() && sheet.toText() == m_sheets[i].name;
        if (isWanted && m_package->has(m_sheets[i].part))
            return m_sheets[i].part;
        names += (i > 0 ? ", " : "") + inQuotes(m_sheets[i].name);
    }
    return failure(ErrorKind::Param, "The file " + inQuotes(fileName(m_package->path())) + " has no sheet "
                                         + toJson(sheet) + (names.empty() ? "." : "; its sheets are " + names + '.'));
}

Value XlsxBook::momentOf(double days, XlsxNumber kind) const
{
    constexpr int64_t MicrosOfDay = 86'400'000'000, MicrosOfMilli = 1000;
    constexpr int64_t From1900 = -25'569, From1904 = -24'107;         // days to 1970
    constexpr double MostDays = 2'958'466, FirstAfterTheMistake = 60; // which is 1900-02-29, a day that never was
    if (kind == XlsxNumber::Plain || !(days >= 0) || days >= MostDays)
        return Value(days);
    const bool isEarly = !m_is1904 && days < FirstAfterTheMistake && days >= 1;
    const int64_t micros = int64_t(std::llround(days * (double(MicrosOfDay) / double(MicrosOfMilli)))) * MicrosOfMilli;
    Timestamp moment;
    moment.microseconds = micros + ((m_is1904 ? From1904 : From1900) + (isEarly ? 1 : 0)) * MicrosOfDay;
    const int64_t ofDay = micros % MicrosOfDay;
    constexpr int64_t MicrosOfSecond = 1'000'000;
    if (days < 1 && kind == XlsxNumber::Time) { // a time of any day
        const int64_t seconds = ofDay / MicrosOfSecond;
        const auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        return Value(two(seconds / 3600) + ':' + two(seconds / 60 % 60) + ':' + two(seconds % 60));
    }
    moment.form = kind == XlsxNumber::Date && ofDay == 0 ? DateOnlyForm : SecondsForm;
    if (ofDay % MicrosOfSecond != 0)
        moment.decimals = 3;
    return Value(moment);
}

} // namespace millrace
