// SPDX-License-Identifier: MIT
#include "expression/script/ScriptColumns.h"

#include <QString>

namespace millrace {

namespace {

/// Goes through a script token by token, as far as it takes to tell code from texts, comments and regular expressions.
class Breaker
{
public:
    explicit Breaker(std::u16string_view code) : m_code(code.data(), qsizetype(code.size()))
    {
        m_broken.places.push_back({1, 1});
    }

    BrokenScript run()
    {
        while (m_at < m_code.size())
            step();
        return std::move(m_broken);
    }

private:
    QChar at(qsizetype offset = 0) const { return m_at + offset < m_code.size() ? m_code[m_at + offset] : QChar(); }

    void take()
    {
        const QChar c = m_code[m_at++];
        m_broken.text += char16_t(c.unicode());
        if (c != QLatin1Char('\n')) {
            ++m_column;
            return;
        }
        m_column = 1;
        m_broken.places.push_back({++m_line, 1});
        while (isBlank(at())) { // a line begins with its first word
            m_broken.text += char16_t(m_code[m_at++].unicode());
            m_broken.places.back().column = ++m_column;
        }
    }

    static bool isBlank(QChar c) { return c == QLatin1Char(' ') || c == QLatin1Char('\t'); }

    void breakHere()
    {
        while (isBlank(at()))
            take();
        m_broken.text += u'\n';
        m_broken.places.push_back({m_line, m_column});
    }

    void step()
    {
        const QChar c = at();
        if (c == QLatin1Char('"') || c == QLatin1Char('\'') || c == QLatin1Char('`')) {
            takeText(c);
            m_endsOperand = true;
        } else if (c == QLatin1Char('/') && (at(1) == QLatin1Char('/') || at(1) == QLatin1Char('*'))) {
            takeComment();
        } else if (c == QLatin1Char('/') && !m_endsOperand) {
            takePattern();
            m_endsOperand = true;
        } else if (c.isLetterOrNumber() || c == QLatin1Char('_') || c == QLatin1Char('$')) {
            takeWord();
        } else if (isOperator(c)) {
            take();
            while (isOperator(at()) && at() != QLatin1Char('/'))
                take();
            m_endsOperand = false;
            if (at() != QLatin1Char('.')) // of ?.
                breakHere();
        } else if (QStringView(u"([{,;").contains(c)) {
            take();
            m_endsOperand = false;
            breakHere();
        } else if (c == QLatin1Char('.') && m_endsOperand && !m_isNumber && at(1).isLetter()) {
            breakHere();
            take();
            m_endsOperand = false;
        } else {
            if (!c.isSpace())
                m_endsOperand = c != QLatin1Char('.');
            take();
        }
    }

    static bool isOperator(QChar c) { return !c.isNull() && QStringView(u"=+-*/%<>&|^?:!~").contains(c); }

    void takeWord()
    {
        const qsizetype begin = m_at;
        m_isNumber = at().isDigit();
        while (at().isLetterOrNumber() || at() == QLatin1Char('_') || at() == QLatin1Char('$'))
            take();
        const QStringView word = m_code.mid(begin, m_at - begin);
        m_endsOperand = true;
        for (const QStringView before :
             {u"return", u"typeof", u"case", u"in", u"of", u"delete", u"void", u"throw", u"new"})
            m_endsOperand = m_endsOperand && word != before;
    }

    /// With everything that a template holds.
    void takeText(QChar quote)
    {
        take();
        while (m_at < m_code.size() && at() != quote) {
            if (at() == QLatin1Char('\\') && m_at + 1 < m_code.size()) {
                take();
                take();
            } else if (quote == QLatin1Char('`') && at() == QLatin1Char('$') && at(1) == QLatin1Char('{')) {
                takeHole();
            } else {
                take();
            }
        }
        if (m_at < m_code.size())
            take();
    }

    void takeHole()
    {
        int depth = 0;
        do {
            const QChar c = at();
            if (c == QLatin1Char('"') || c == QLatin1Char('\'') || c == QLatin1Char('`')) {
                takeText(c);
                continue;
            }
            depth += c == QLatin1Char('{') ? 1 : c == QLatin1Char('}') ? -1 : 0;
            take();
        } while (m_at < m_code.size() && (depth > 0 || m_code[m_at - 1] == QLatin1Char('$')));
    }

    void takeComment()
    {
        const bool isLine = at(1) == QLatin1Char('/');
        take();
        take();
        while (m_at < m_code.size()) {
            if (isLine && at() == QLatin1Char('\n'))
                return;
            const bool isEnd = !isLine && at() == QLatin1Char('*') && at(1) == QLatin1Char('/');
            take();
            if (isEnd)
                return take();
        }
    }

    void takePattern()
    {
        bool isClass = false;
        take();
        while (m_at < m_code.size() && at() != QLatin1Char('\n') && (isClass || at() != QLatin1Char('/'))) {
            if (at() == QLatin1Char('\\'))
                take();
            else if (at() == QLatin1Char('[') || at() == QLatin1Char(']'))
                isClass = at() == QLatin1Char('[');
            if (m_at < m_code.size())
                take();
        }
        if (m_at < m_code.size() && at() == QLatin1Char('/'))
            take();
    }

    const QStringView m_code;
    qsizetype m_at = 0;
    int m_line = 1, m_column = 1;
    bool m_endsOperand = false; ///< a slash divides here
    bool m_isNumber = false;    ///< the last word is one: a point behind it is its own
    BrokenScript m_broken;
};

} // namespace

ScriptPlace BrokenScript::placeOf(int line) const
{
    return line >= 1 && size_t(line) <= places.size() ? places[size_t(line) - 1] : ScriptPlace{line, 0};
}

BrokenScript breakScript(std::u16string_view code)
{
    return Breaker(code).run();
}

} // namespace millrace
