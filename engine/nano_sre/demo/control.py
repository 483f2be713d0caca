"""Switching faults over HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo.faults import UnknownFault, fault_docs
from nano_sre.demo.feeds import store_of


async def listing(request: Request) -> Response:
    on = store_of(request).faults.on
    return JSONResponse([{"name": name, "doc": doc, "on": name in on} for name, doc in fault_docs().items()])


async def switch_on(request: Request) -> Response:
    return _switched(request, request.path_params["name"], on=True)


async def switch_off(request: Request) -> Response:
    return _switched(request, request.path_params["name"], on=False)


async def heal(request: Request) -> Response:
    faults = store_of(request).faults
    faults.switch_off()
    return JSONResponse({"on": list(faults.on)})


def _switched(request: Request, name: str, *, on: bool) -> Response:
    faults = store_of(request).faults
    try:
        if on:
            faults.switch_on(name)
        else:
            faults.switch_off(name)
    except UnknownFault as error:
        return JSONResponse({"error": str(error), "did_you_mean": error.suggestion}, status_code=404)
    return JSONResponse({"on": list(faults.on)})
