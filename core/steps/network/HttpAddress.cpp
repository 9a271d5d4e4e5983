// SPDX-License-Identifier: MIT
#include "steps/network/HttpAddress.h"

#include <curl/curl.h>

#include <memory>
#include <new>

namespace millrace {

namespace {

std::string partOf(CURLU *url, CURLUPart part, unsigned flags = 0)
{
    char *text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
        return {};
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
    return text;
}

std::string lowered(std::string text)
{
    for (char &c : text)
        if (c >= 'A' && c <= 'Z')
            c = char(c - 'A' + 'a');
    return text;
}

} // namespace

Result<HttpAddress> HttpAddress::from(const std::string &url)
{
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
    if (!parsed)
        throw std::bad_alloc();
    if (const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME);
        code != CURLUE_OK)
        return failure(ErrorKind::Param,
                       std::string("is no address that can be asked (") + curl_url_strerror(code)
                           + "); it has to be whole, as https://example.org/path, with blanks and the like as %20");
    const std::string scheme = lowered(partOf(parsed.get(), CURLUPART_SCHEME));
    if (scheme != "http" && scheme != "https")
        return failure(ErrorKind::Param, "is an address of " + scheme + ", but only http:// and https:// can be asked");
    HttpAddress address;
    const std::string host = lowered(partOf(parsed.get(), CURLUPART_HOST));
    address.host = host + ':' + partOf(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    address.origin = scheme + "://" + address.host;
    const std::string port = partOf(parsed.get(), CURLUPART_PORT);
    address.shown = scheme + "://" + host + (port.empty() ? "" : ':' + port) + partOf(parsed.get(), CURLUPART_PATH);
    address.hasUser = !partOf(parsed.get(), CURLUPART_USER).empty();
    return address;
}

void appendPercentEncoded(std::string &to, std::string_view text)
{
    constexpr char Hex[] = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
                             || c == '.' || c == '_' || c == '~';
        if (isPlain)
            to += c;
        else
            ((to += '%') += Hex[byte >> 4]) += Hex[byte & 15];
    }
}

} // namespace millrace
